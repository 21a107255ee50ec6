package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.DilatedDepthwiseConv;
import org.convnext4j.engine.kernel.Operands;
import org.convnext4j.engine.tensor.Tensor;

/** The gradients of {@link DilatedDepthwiseConv}: any odd K, any dilation, stride 1. */
public interface DilatedDepthwiseConvGradient {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * The input gradient as a convolution of gradY: the same filters turned by 180 degrees, of the same dilation, and no
     * bias. Its {@link DepthwiseConv.Filters#forward} takes gradY for x and writes gradX for y.
     *
     * @param arena how long the packed copy lives
     * @param dilation pixels from tap to tap
     * @param weight (C, 1, K, K)
     * @throws IllegalArgumentException if the shape does not fit, K is even or the dilation is out of range
     */
    DepthwiseConv.Filters packInput(Arena arena, int dilation, Tensor weight);

    /**
     * Floats of scratch memory that {@link #weightGradient} needs.
     *
     * @param kernel K, odd
     * @param dilation pixels from tap to tap
     * @param width W
     * @throws IllegalArgumentException if K or the dilation is out of range
     * @throws IndexOutOfBoundsException if W is negative
     */
    long scratchFloats(int kernel, int dilation, int width);

    /** Checks the measures of {@link #scratchFloats}, which every implementation begins with. */
    default void checkScratchFloats(int kernel, int dilation, int width) {
        DilatedDepthwiseConv.require(kernel, dilation);
        Operands.count("width", width);
    }

    /**
     * {@code gradWeight[c][ky][kx] = sum over n, h, w of gradY[n][h][w][c] x[n][h + (ky - K / 2) d][w + (kx - K / 2) d][c]}
     * and {@code gradBias[c] = sum over n, h, w of gradY[n][h][w][c]} for a range of channels. The sums are taken in stages,
     * as those of a row, and their order depends on the measures alone.
     *
     * <p>Both operands are finite: an infinite one near the edge of the map may give NaN where the definition does not.
     *
     * @param kernel K, odd
     * @param dilation d, pixels from tap to tap
     * @param images N
     * @param height H, of any size
     * @param width W, of any size
     * @param channels C
     * @param channelBegin first channel; a multiple of 16 for the best speed
     * @param channelEnd one past the last channel
     * @param x (N, H, W, C)
     * @param xBytes offset of the first map
     * @param gradY (N, H, W, C)
     * @param gradYBytes offset of the first map
     * @param accumulate whether the sums are added to what the results held
     * @param gradWeight (C, 1, K, K), of which only the range is touched
     * @param gradWeightBytes offset of channel 0
     * @param gradBias (C), of which only the range is touched
     * @param gradBiasBytes offset of channel 0
     * @param scratch {@code scratchFloats(kernel, dilation, width)} floats from {@code scratchBytes} on, overwritten
     * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
     * @throws IllegalArgumentException if K or the dilation is out of range
     */
    void weightGradient(
            int kernel,
            int dilation,
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
            MemorySegment gradBias,
            long gradBiasBytes,
            MemorySegment scratch,
            long scratchBytes);

    /**
     * Checks the operands of {@link #weightGradient}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    default void checkWeightGradient(
            int kernel,
            int dilation,
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
            MemorySegment gradBias,
            long gradBiasBytes,
            MemorySegment scratch,
            long scratchBytes) {
        DilatedDepthwiseConv.require(kernel, dilation);
        Operands.range("channelBegin", channelBegin, channelEnd, channels);
        int count = channelEnd - channelBegin;
        Operands.input("x", x, xBytes, Operands.floats(images, height, width, channels));
        Operands.input("gradY", gradY, gradYBytes, Operands.floats(images, height, width, channels));
        Operands.output(
                "gradWeight",
                gradWeight,
                Operands.offset(gradWeightBytes, Operands.floats(channelBegin, kernel, kernel)),
                Operands.floats(count, kernel, kernel));
        Operands.output("gradBias", gradBias, Operands.offset(gradBiasBytes, channelBegin), count);
        Operands.output("scratch", scratch, scratchBytes, scratchFloats(kernel, dilation, width));
    }
}
