package org.convnext4j.model.train;

/**
 * What the steps of the running epoch add up to, for its row in the log.
 *
 * @param steps of the optimizer made in the epoch
 * @param lossSum of the steps' losses
 * @param normSum of the norms of the steps' gradients before clipping
 * @param normMax the largest of these norms
 * @param seconds that the steps took, the wait for their pictures included
 */
public record EpochTotals(long steps, double lossSum, double normSum, double normMax, double seconds) {
    /** Of an epoch before its first step. */
    public static final EpochTotals NONE = new EpochTotals(0, 0, 0, 0, 0);

    /**
     * Checks the count.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public EpochTotals {
        Checks.atLeast("the steps of the running epoch", steps, 0, "0 is before its first");
    }

    /** With one step more. */
    EpochTotals plus(double loss, double norm, double stepSeconds) {
        return new EpochTotals(
                steps + 1, lossSum + loss, normSum + norm, Math.max(normMax, norm), seconds + stepSeconds);
    }

    /** Mean of the steps' losses; NaN if no step is known. */
    double loss() {
        return lossSum / steps;
    }

    /** Mean of the steps' norms; NaN if no step is known. */
    double norm() {
        return normSum / steps;
    }

    /** NaN if no step is known. */
    double largestNorm() {
        return steps == 0 ? Double.NaN : normMax;
    }

    /** Pictures a second; NaN if no step is known. */
    double speed(long picturesPerStep) {
        return seconds == 0 ? Double.NaN : steps * picturesPerStep / seconds;
    }
}
