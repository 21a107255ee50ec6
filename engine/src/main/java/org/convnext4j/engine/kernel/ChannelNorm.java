package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A norm over the channels of each pixel. What {@code norm(x)} is depends on the kind:
 *
 * <ul>
 *   <li>{@link NormKind#LAYER}: {@code (x - mean) / sqrt(variance + epsilon)} with the biased variance, divided by C
 *   <li>{@link NormKind#SIMPLE}: {@code x / sqrt(variance + epsilon)} with the unbiased variance about the mean, divided by
 *       C - 1, which is not defined for one channel: the result is NaN, as PyTorch's is
 *   <li>{@link NormKind#RMS}: {@code x / sqrt(mean of the squares + epsilon)}
 * </ul>
 *
 * <p>Source of the last two: timm's layers/fast_norm.py.
 */
public interface ChannelNorm {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code y = norm(x)} for each row; the affine part, where there is one, is folded into the layer that follows.
     *
     * @param rows how many rows (pixels)
     * @param channels C
     * @param epsilon added to the variance, or to the mean of the squares
     * @param x (rows, C)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param y (rows, C); may be {@code x} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     */
    void normalize(
            int rows,
            int channels,
            float epsilon,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride);

    /**
     * Checks the operands of {@link #normalize}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkNormalize(
            int rows,
            int channels,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Operands.inputRows("x", x, xBytes, rows, xStride, channels);
        Operands.outputRows("y", y, yBytes, rows, yStride, channels);
    }

    /**
     * {@code y = norm(x) * weight + bias} for each row.
     *
     * @param rows how many rows (pixels)
     * @param channels C
     * @param epsilon added to the variance, or to the mean of the squares
     * @param weight (C), at offset 0
     * @param bias (C), at offset 0; zeros for a norm that has none
     * @param x (rows, C)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param y (rows, C); may be {@code x} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     */
    void forward(
            int rows,
            int channels,
            float epsilon,
            MemorySegment weight,
            MemorySegment bias,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride);

    /**
     * Checks the operands of {@link #forward}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkForward(
            int rows,
            int channels,
            MemorySegment weight,
            MemorySegment bias,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Operands.inputRows("x", x, xBytes, rows, xStride, channels);
        Operands.outputRows("y", y, yBytes, rows, yStride, channels);
        Operands.input("weight", weight, 0, channels);
        Operands.input("bias", bias, 0, channels);
    }
}
