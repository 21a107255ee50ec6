package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.Arena;
import org.convnext4j.engine.kernel.DepthwiseConv;
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
        int channels = weight.dim(0);
        int taps = DepthwiseConv.KERNEL * DepthwiseConv.KERNEL;
        try (Arena scratch = Arena.ofConfined()) {
            Tensor turned = Tensor.allocate(scratch, channels, 1, DepthwiseConv.KERNEL, DepthwiseConv.KERNEL);
            for (int c = 0; c < channels; c++) {
                long first = (long) c * taps;
                for (int tap = 0; tap < taps; tap++) {
                    turned.set(first + tap, weight.get(first + taps - 1 - tap));
                }
            }
            return convolution.pack(arena, turned, Tensor.allocate(scratch, channels));
        }
    }
}
