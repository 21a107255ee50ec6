package org.convnext4j.model.data;

/** Is told which samples are skipped. Called by the loader's threads, by several at once and in no fixed order. */
@FunctionalInterface
public interface SkipListener {
    /**
     * A sample is left out and the next readable one takes its place.
     *
     * @param index of the sample in the data set
     * @param name of the sample, usually its file
     * @param problem why it cannot be used
     */
    void skipped(int index, String name, RuntimeException problem);
}
