package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The gradients of {@link org.convnext4j.engine.kernel.StridedDepthwiseConv}. That of its bias is the {@link ColumnSums}
 * of gradY.
 */
public interface StridedDepthwiseConvGradient {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the filters of one layer out for the input gradient.
     *
     * @param arena how long the packed copy lives
     * @param stride 1 or 2
     * @param weight (C, 1, K, K)
     * @throws IllegalArgumentException if the shape does not fit, or K or the stride is out of range
     */
    InputFilters packInput(Arena arena, int stride, Tensor weight);

    /**
     * Floats of scratch memory that {@link #weightGradient} needs.
     *
     * @param kernel K, odd and from 3 to 11
     * @param stride 1 or 2
     * @param width W
     * @param channels C
     * @throws IllegalArgumentException if K or the stride is out of range
     * @throws IndexOutOfBoundsException if W or C is negative
     */
    long scratchFloats(int kernel, int stride, int width, int channels);

    /** Checks the measures of {@link #scratchFloats}, which every implementation begins with. */
    default void checkScratchFloats(int kernel, int stride, int width, int channels) {
        StridedDepthwiseConv.require(kernel, stride);
        Operands.count("width", width);
        Operands.count("channels", channels);
    }

    /**
     * {@code gradWeight[c][ky][kx] = sum over n, h, w of gradY[n][h][w][c] x[n][h s + ky - K / 2][w s + kx - K / 2][c]}
     * for a range of channels. Each row's sum is taken on its own, then added to its picture's, and that to the whole.
     *
     * <p>Both operands are finite: an infinite one near the edge of the map may give NaN where the definition does not.
     *
     * @param kernel K, odd and from 3 to 11
     * @param stride s, 1 or 2
     * @param images N
     * @param height H
     * @param width W
     * @param channels C
     * @param channelBegin first channel; a multiple of 16 for the best speed
     * @param channelEnd one past the last channel
     * @param x (N, H, W, C)
     * @param xBytes offset of the first map
     * @param gradY (N, H', W', C)
     * @param gradYBytes offset of the first map
     * @param accumulate whether the sums are added to what the result held
     * @param gradWeight (C, 1, K, K), of which only the range is touched
     * @param gradWeightBytes offset of channel 0
     * @param scratch {@code scratchFloats(kernel, stride, width, channels)} floats from {@code scratchBytes} on,
     *     overwritten
     * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
     * @throws IllegalArgumentException if K or the stride is out of range
     */
    void weightGradient(
            int kernel,
            int stride,
            int images,
            int height,
            int width,
            int channels,
            int channelBegin,
            int channelEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            boolean accumulate,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes);

    /**
     * Checks the operands of {@link #weightGradient}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    default void checkWeightGradient(
            int kernel,
            int stride,
            int images,
            int height,
            int width,
            int channels,
            int channelBegin,
            int channelEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes) {
        StridedDepthwiseConv.require(kernel, stride);
        Operands.range("channelBegin", channelBegin, channelEnd, channels);
        Operands.input("x", x, xBytes, Operands.floats(images, height, width, channels));
        Operands.input(
                "gradY",
                gradY,
                gradYBytes,
                Operands.floats(
                        images,
                        StridedDepthwiseConv.outputSize(height, stride),
                        StridedDepthwiseConv.outputSize(width, stride),
                        channels));
        Operands.output(
                "gradWeight",
                gradWeight,
                Operands.offset(gradWeightBytes, Operands.floats(channelBegin, kernel, kernel)),
                Operands.floats(channelEnd - channelBegin, kernel, kernel));
        Operands.output("scratch", scratch, scratchBytes, scratchFloats(kernel, stride, width, channels));
    }

    /** One layer's filters, packed. Immutable; any number of threads may use it at once. */
    interface InputFilters {
        /** C. */
        int channels();

        /** K, height and width of the filter. */
        int kernel();

        /** The stride of the forward pass. */
        int stride();

        /**
         * Floats of scratch memory that {@link #inputGradient} needs, whatever the range.
         *
         * @param width W
         */
        long scratchFloats(int width);

        /**
         * Some rows of the input gradient, which are counted through all pictures: row i is row {@code i % H} of picture
         * {@code i / H}. The weights are finite, as in the forward pass.
         *
         * @param gradY (pictures, H', W', C)
         * @param gradYBytes offset of the first map, whatever the range
         * @param height H
         * @param width W
         * @param rowBegin first row of gradX
         * @param rowEnd one past the last row of gradX
         * @param scratch {@code scratchFloats(width)} floats from {@code scratchBytes} on, overwritten
         * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
         * @param gradX (pictures, H, W, C), of which only the range is written
         * @param gradXBytes offset of the first map, whatever the range
         */
        void inputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment gradX,
                long gradXBytes);

        /**
         * Checks the operands of {@link #inputGradient}, which every implementation begins with.
         *
         * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
         */
        default void checkInputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment gradX,
                long gradXBytes) {
            long map = Operands.floats(
                    StridedDepthwiseConv.outputSize(height, stride()),
                    StridedDepthwiseConv.outputSize(width, stride()),
                    channels());
            Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
            Operands.inputMaps("gradY", gradY, gradYBytes, rowBegin, rowEnd, height, map);
            Operands.output("scratch", scratch, scratchBytes, scratchFloats(width));
            Operands.output(
                    "gradX",
                    gradX,
                    Operands.offset(gradXBytes, Operands.floats(rowBegin, width, channels())),
                    Operands.floats(rowEnd - rowBegin, width, channels()));
        }
    }
}
