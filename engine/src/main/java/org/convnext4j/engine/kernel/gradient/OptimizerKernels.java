package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;

/** The steps that change parameters, each over a range of floats that lie together. */
public interface OptimizerKernels {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * One step of AdamW: with {@code g = gradientScale gradient},
     *
     * <pre>{@code
     * mean      = beta1 mean + (1 - beta1) g
     * square    = beta2 square + (1 - beta2) g g
     * parameter = keep parameter - stepSize mean / (rootScale sqrt(square) + epsilon)
     * }</pre>
     *
     * @param count how many floats
     * @param step the constants
     * @param gradient (count)
     * @param gradientBytes offset of the first
     * @param parameter (count), changed
     * @param parameterBytes offset of the first
     * @param mean (count), the running mean of the gradients, changed; 0 before the first step
     * @param meanBytes offset of the first
     * @param square (count), the running mean of their squares, changed; 0 before the first step
     * @param squareBytes offset of the first
     */
    void adamW(
            int count,
            AdamW step,
            MemorySegment gradient,
            long gradientBytes,
            MemorySegment parameter,
            long parameterBytes,
            MemorySegment mean,
            long meanBytes,
            MemorySegment square,
            long squareBytes);

    /**
     * Checks the operands of {@link #adamW}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkAdamW(
            int count,
            MemorySegment gradient,
            long gradientBytes,
            MemorySegment parameter,
            long parameterBytes,
            MemorySegment mean,
            long meanBytes,
            MemorySegment square,
            long squareBytes) {
        Operands.input("gradient", gradient, gradientBytes, count);
        Operands.output("parameter", parameter, parameterBytes, count);
        Operands.output("mean", mean, meanBytes, count);
        Operands.output("square", square, squareBytes, count);
    }

    /**
     * The exponential moving average {@code average = decay average + (1 - decay) parameter}, computed as
     * {@code average + (1 - decay)(parameter - average)}: in the first form the roundings of the two factors, which need
     * not sum to 1, would shift the average of constant weights by 3e-4 of itself at a decay of 0.9999.
     *
     * @param count how many floats
     * @param decay from 0 to 1
     * @param parameter (count)
     * @param parameterBytes offset of the first
     * @param average (count), changed
     * @param averageBytes offset of the first
     */
    void movingAverage(
            int count,
            double decay,
            MemorySegment parameter,
            long parameterBytes,
            MemorySegment average,
            long averageBytes);

    /**
     * Checks the operands of {@link #movingAverage}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkMovingAverage(
            int count, MemorySegment parameter, long parameterBytes, MemorySegment average, long averageBytes) {
        Operands.input("parameter", parameter, parameterBytes, count);
        Operands.output("average", average, averageBytes, count);
    }

    /**
     * The sum of the squares, in double and in an order that depends on {@code count} alone; NaN or infinite if an
     * element is. Call it once per tensor and add the results in order: a sum of other ranges has other last bits.
     *
     * @param count how many floats
     * @param x (count)
     * @param xBytes offset of the first
     */
    double squaredNorm(int count, MemorySegment x, long xBytes);

    /**
     * Checks the operands of {@link #squaredNorm}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkSquaredNorm(int count, MemorySegment x, long xBytes) {
        Operands.input("x", x, xBytes, count);
    }

    /**
     * {@code x = factor x}.
     *
     * @param count how many floats
     * @param factor what all are multiplied by
     * @param x (count), changed
     * @param xBytes offset of the first
     */
    void scale(int count, float factor, MemorySegment x, long xBytes);

    /**
     * Checks the operands of {@link #scale}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkScale(int count, MemorySegment x, long xBytes) {
        Operands.output("x", x, xBytes, count);
    }
}
