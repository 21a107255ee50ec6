package org.convnext4j.model.train;

import java.util.OptionalDouble;

/**
 * One line of a run's log: an epoch. A value that was not measured is NaN, an empty cell in the file.
 *
 * @param epoch its number, from 1
 * @param step steps of the optimizer made by its end
 * @param learningRate the schedule's rate of its last step
 * @param training what its steps came to
 * @param validation what the validation after it found
 * @param seconds that its steps and the validation took
 * @param peakMemoryMib the most memory the process has had so far, in MiB
 */
public record LogRow(
        int epoch,
        long step,
        double learningRate,
        Training training,
        Validation validation,
        double seconds,
        double peakMemoryMib) {
    private static final double MIB = 1 << 20;

    /**
     * The steps of an epoch.
     *
     * @param loss mean of the training loss, with smoothing, mixing and class weights as the steps had it
     * @param gradientNorm mean of the Euclidean norms of the steps' gradients before clipping
     * @param largestGradientNorm the largest of them
     * @param imagesPerSecond pictures trained on per second, the wait for them included
     */
    public record Training(double loss, double gradientNorm, double largestGradientNorm, double imagesPerSecond) {
        static Training of(EpochTotals totals, long picturesPerStep) {
            return new Training(totals.loss(), totals.norm(), totals.largestNorm(), totals.speed(picturesPerStep));
        }
    }

    /**
     * A validation.
     *
     * @param loss mean loss over the validation pictures
     * @param top1 share of validation pictures classified right, 0 to 1
     * @param top5 share whose class is among the five highest scores
     */
    public record Validation(double loss, double top1, double top5) {
        /** There was none. */
        public static final Validation NONE = new Validation(Double.NaN, Double.NaN, Double.NaN);

        static Validation of(Metrics metrics) {
            return new Validation(metrics.loss(), metrics.top1(), metrics.top5());
        }

        /** Whether there was one. */
        public boolean exists() {
            return !Double.isNaN(top1);
        }
    }

    /** The peak memory in the log's unit. */
    static double peakMemoryMibNow() {
        OptionalDouble bytes = PeakMemory.bytes().stream().asDoubleStream().findFirst();
        return bytes.isPresent() ? bytes.getAsDouble() / MIB : Double.NaN;
    }
}
