package org.convnext4j.model.data.augment;

/** A check of probabilities. */
final class Chances {
    private Chances() {}

    /** Refuses a number outside 0..1, and NaN. */
    static void require(String what, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "the probability of " + what + " must be from 0 to 1, but is " + probability);
        }
    }
}
