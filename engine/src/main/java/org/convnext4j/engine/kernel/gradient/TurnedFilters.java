package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.Arena;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.DilatedDepthwiseConv;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;

/**
 * Filters turned by 180 degrees. Input pixel i meets output pixel o at tap {@code i - o + 3} in each direction, so the
 * gradient by i is a sum over the o around it at tap {@code 6 - (o - i + 3)}: a convolution of gradY, of the same size
 * and padding.
 */
public final class TurnedFilters {
    private TurnedFilters() {}

    /**
     * Packs the turned filters without bias for a convolution.
     *
     * @param convolution computes the gradient
     * @param arena how long the packed copy lives
     * @param weight (C, 1, 7, 7)
     * @throws IllegalArgumentException if the shape does not fit
     */
    public static DepthwiseConv.Filters pack(DepthwiseConv convolution, Arena arena, Tensor weight) {
        KernelChecks.requireShape("weight", weight, -1, 1, DepthwiseConv.KERNEL, DepthwiseConv.KERNEL);
        try (Arena scratch = Arena.ofConfined()) {
            return convolution.pack(arena, turned(scratch, weight), Tensor.allocate(scratch, weight.dim(0)));
        }
    }

    /**
     * Packs the turned filters without bias for a convolution of any size and dilation, whose taps are
     * {@code (i - o) / dilation + K / 2}.
     *
     * @param convolution computes the gradient
     * @param arena how long the packed copy lives
     * @param dilation pixels from tap to tap
     * @param weight (C, 1, K, K)
     * @throws IllegalArgumentException if the shape does not fit, K is even or the dilation is out of range
     */
    public static DepthwiseConv.Filters pack(
            DilatedDepthwiseConv convolution, Arena arena, int dilation, Tensor weight) {
        KernelChecks.requireShape("weight", weight, -1, 1, -1, -1);
        try (Arena scratch = Arena.ofConfined()) {
            Tensor bias = Tensor.allocate(scratch, weight.dim(0));
            DilatedDepthwiseConv.require(dilation, weight, bias);
            return convolution.pack(arena, dilation, turned(scratch, weight), bias);
        }
    }

    private static Tensor turned(Arena arena, Tensor weight) {
        int channels = weight.dim(0);
        int kernel = weight.dim(2);
        long taps = (long) kernel * kernel;
        Tensor turned = Tensor.allocate(arena, channels, 1, kernel, kernel);
        for (int c = 0; c < channels; c++) {
            long first = c * taps;
            for (long tap = 0; tap < taps; tap++) {
                turned.set(first + tap, weight.get(first + taps - 1 - tap));
            }
        }
        return turned;
    }
}
