package org.convnext4j.model.train;

/**
 * The decay of the moving average of the weights, {@code ema = d ema + (1 - d) w}, once after every step of the
 * optimizer. Without warm-up, as the paper's, 0.9999 to the power of the steps remains of the first weights, which is
 * most of them in a run of a few thousand. With warm-up the update number t, from 0, takes {@code min(d, (1 + t) / (10 +
 * t))}.
 *
 * @param decay d, 0 to below 1
 * @param warmup whether the first updates take less
 */
public record Ema(double decay, boolean warmup) {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the decay is not in it
     */
    public Ema {
        Checks.belowOne("the decay", decay, "the paper takes 0.9999");
    }

    /** The decay of a run that keeps an average. */
    public static Ema of(EmaConfig config) {
        return new Ema(config.decay(), config.warmup());
    }

    /**
     * d of one update.
     *
     * @param update how many updates there were before
     * @throws IllegalArgumentException if that is negative
     */
    public double decayAt(long update) {
        if (update < 0) {
            throw new IllegalArgumentException("there is no update " + update);
        }
        return warmup ? Math.min(decay, (1.0 + update) / (10.0 + update)) : decay;
    }
}
