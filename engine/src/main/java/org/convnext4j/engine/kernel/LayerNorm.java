package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/** Layer normalisation over the channels of each pixel, with the biased variance. */
public interface LayerNorm {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code y = (x - mean) / sqrt(variance + epsilon)} for each row; the affine part, where there is one, is folded
     * into the layer that follows.
     *
     * @param rows how many rows (pixels)
     * @param channels C
     * @param epsilon added to the variance
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
     * {@code y = (x - mean) / sqrt(variance + epsilon) * weight + bias} for each row.
     *
     * @param rows how many rows (pixels)
     * @param channels C
     * @param epsilon added to the variance
     * @param weight (C), at offset 0
     * @param bias (C), at offset 0
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
}
