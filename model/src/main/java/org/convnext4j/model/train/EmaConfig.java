package org.convnext4j.model.train;

/**
 * The moving average of the weights, see {@link Ema}.
 *
 * @param decay share of the old average that each step keeps; 0 keeps no average at all
 * @param warmup whether the first steps keep less, as short runs need
 */
public record EmaConfig(double decay, boolean warmup) {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public EmaConfig {
        Checks.belowOne("ema.decay", decay, "0 keeps no average, the paper takes 0.9999");
    }

    /** Whether an average is kept. */
    public boolean on() {
        return decay > 0;
    }
}
