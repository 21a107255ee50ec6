package org.convnext4j.model.train;

/** What is done about classes that have few pictures beside others that have many. */
public enum Balance {
    /** Nothing: a class counts by its pictures. */
    NONE,

    /**
     * An epoch takes as many pictures of each class: of the large ones only some, others in each epoch, and those of the
     * small ones several times, prepared anew each time. Its length stays the same.
     */
    SAMPLING,

    /**
     * The loss of a picture is multiplied by a weight of its class, the mean number of pictures of a class divided by the
     * number of this one; over the data set the weights' mean is 1. See {@link TrainingLoss}.
     */
    LOSS
}
