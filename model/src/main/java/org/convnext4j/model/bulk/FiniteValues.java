package org.convnext4j.model.bulk;

import org.convnext4j.model.failure.ModelException;

/** Whether what a network gave are numbers. */
public final class FiniteValues {
    /** What is said of an output that is no number. */
    public static final String PROBLEM =
            "the network's output has NaN or infinite numbers; check the weights and the preprocessing";

    private FiniteValues() {}

    /** Whether {@code count} values from {@code from} on are neither NaN nor infinite. */
    public static boolean areFinite(float[] values, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (!Float.isFinite(values[i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * What is said of a picture for which they are not.
     *
     * @param picture its name
     */
    public static ModelException notFinite(String picture) {
        return new ModelException(picture + ": " + PROBLEM);
    }
}
