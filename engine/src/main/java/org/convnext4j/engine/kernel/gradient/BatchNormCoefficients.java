package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.BatchStatistics;
import org.convnext4j.engine.tensor.Tensor;

/**
 * What is computed once for each channel of batch normalisation's gradient: in double, and by one implementation, as it
 * is little beside the pixels. All operands begin at offset 0.
 */
public final class BatchNormCoefficients {
    /** How many there are for each channel. */
    public static final int COUNT = 4;

    private BatchNormCoefficients() {}

    /**
     * The gradients of the parameters, and what {@link BatchNormGradient#inputGradient} needs: with
     * {@code r = 1 / sqrt(variance + epsilon)} and M rows, {@code a = weight r}, {@code b = -a r^2 s / M} and
     * {@code c = -a t / M}, where s is the sum of {@code gradY (x - mean)} and t that of gradY.
     *
     * @param channels C
     * @param rows M, how many rows (pixels) the batch has
     * @param epsilon added to the variance
     * @param mean (C), of the batch
     * @param variance (C), of the batch, biased
     * @param weight (C)
     * @param sums (2, C): s and t
     * @param accumulate whether the parameters' gradients are added to what these held
     * @param gradWeight (C)
     * @param gradBias (C)
     * @param coefficients (4, C): a, mean, b and c; overwritten
     */
    public static void of(
            int channels,
            int rows,
            double epsilon,
            MemorySegment mean,
            MemorySegment variance,
            MemorySegment weight,
            MemorySegment sums,
            boolean accumulate,
            MemorySegment gradWeight,
            MemorySegment gradBias,
            MemorySegment coefficients) {
        for (int c = 0; c < channels; c++) {
            double s = get(sums, c);
            double t = get(sums, channels + (long) c);
            double r = BatchStatistics.inverseDeviation(get(variance, c), epsilon);
            double a = get(weight, c) * r;
            set(coefficients, c, a);
            set(coefficients, channels + (long) c, get(mean, c));
            set(coefficients, 2L * channels + c, -a * r * r * s / rows);
            set(coefficients, 3L * channels + c, -a * t / rows);
            set(gradWeight, c, accumulate ? get(gradWeight, c) + r * s : r * s);
            set(gradBias, c, accumulate ? get(gradBias, c) + t : t);
        }
    }

    private static double get(MemorySegment segment, long index) {
        return segment.getAtIndex(Tensor.FLOAT, index);
    }

    private static void set(MemorySegment segment, long index, double value) {
        segment.setAtIndex(Tensor.FLOAT, index, (float) value);
    }
}
