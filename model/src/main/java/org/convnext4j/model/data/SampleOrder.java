package org.convnext4j.model.data;

/** In which order an epoch takes the samples of a data set. */
public enum SampleOrder {
    /** That of the data set, each sample once. */
    AS_LISTED,

    /** One of its own in each epoch, each sample once. */
    SHUFFLED,

    /**
     * One of its own in each epoch, as many samples of each class, or one more: as many in all as the data set has. Of a
     * class with more than its share other samples are left out in each epoch; those of a class with less come several
     * times, as often as each other or once more, each time with random numbers of its own.
     */
    BALANCED
}
