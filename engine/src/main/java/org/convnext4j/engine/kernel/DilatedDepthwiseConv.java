package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The depthwise convolution of ConvNeXt's relatives: one K x K filter per channel with K odd, its taps {@code dilation}
 * pixels apart, stride 1, and zero padding of {@code dilation (K - 1) / 2}, so that the map keeps its size. ConvNeXt's own,
 * with K = 7 and no dilation, is {@link DepthwiseConv}, which is faster.
 */
public interface DilatedDepthwiseConv {
    /** The most pixels from a window's first to its last: positions on any map, and beyond its edge, are ints. */
    int MAX_WINDOW = 1 << 24;

    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the filters of one layer out for this implementation.
     *
     * @param arena how long the packed copy lives
     * @param dilation pixels from tap to tap; 1 is the usual convolution
     * @param weight (C, 1, K, K)
     * @param bias (C)
     * @throws IllegalArgumentException if the shapes do not fit, K is even or the dilation is not positive
     */
    DepthwiseConv.Filters pack(Arena arena, int dilation, Tensor weight, Tensor bias);

    /**
     * Checks a layer's weights and dilation.
     *
     * @throws IllegalArgumentException as {@link #pack}
     */
    static void require(int dilation, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, 1, -1, -1);
        int kernel = weight.dim(2);
        KernelChecks.requireShape("weight", weight, -1, 1, kernel, kernel);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        require(kernel, dilation);
    }

    /**
     * Checks a layer's measures.
     *
     * @throws IllegalArgumentException if the kernel is even or less than 1, or the dilation out of range
     */
    static void require(int kernel, int dilation) {
        if (kernel < 1 || kernel % 2 == 0) {
            throw new IllegalArgumentException("the kernel size is " + kernel + ", but must be odd");
        }
        if (dilation < 1 || (long) dilation * kernel > MAX_WINDOW) {
            throw new IllegalArgumentException("the dilation is " + dilation + ", but must be from 1 to "
                    + MAX_WINDOW / kernel + " for a kernel of " + kernel);
        }
    }

    /**
     * The first tap that lies on the map, for an output pixel.
     *
     * @param position of the output pixel along the axis
     * @param padding pixels of zeros before the map
     */
    static int firstTap(int position, int padding, int dilation) {
        return Math.max(0, Math.ceilDiv(padding - position, dilation));
    }

    /**
     * One past the last tap that lies on the map, for an output pixel.
     *
     * @param position of the output pixel along the axis
     * @param size of the map along the axis
     * @param padding pixels of zeros before the map
     */
    static int endTap(int position, int size, int kernel, int padding, int dilation) {
        return Math.min(kernel, Math.ceilDiv(size + padding - position, dilation));
    }
}
