package org.convnext4j.model.train;

/** Range checks of configuration values, with messages that name the key and the mend. */
final class Checks {
    private Checks() {}

    static void require(boolean condition, String key, Object value, String mend) {
        if (!condition) {
            throw new IllegalArgumentException(key + " must be " + mend + ", not " + value);
        }
    }

    /** From 0 to 1, both included. */
    static void fraction(String key, double value, String mend) {
        require(value >= 0 && value <= 1, key, value, "a number from 0 to 1; " + mend);
    }

    /** From 0 to below 1. */
    static void belowOne(String key, double value, String mend) {
        require(value >= 0 && value < 1, key, value, "a number from 0 to below 1; " + mend);
    }

    /** Finite and 0 or more. */
    static void notNegative(String key, double value, String mend) {
        require(value >= 0 && value < Double.POSITIVE_INFINITY, key, value, "a finite number of 0 or more; " + mend);
    }

    /** Finite and above 0. */
    static void positive(String key, double value, String mend) {
        require(value > 0 && value < Double.POSITIVE_INFINITY, key, value, "a finite number above 0; " + mend);
    }

    static void atLeast(String key, long value, long least, String mend) {
        require(value >= least, key, value, "a whole number of " + least + " or more; " + mend);
    }
}
