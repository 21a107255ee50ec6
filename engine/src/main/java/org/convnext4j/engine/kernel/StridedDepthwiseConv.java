package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The depthwise convolution of the way from ResNet to ConvNeXt: one K x K filter per channel with K odd, from 3 to 11,
 * stride 1 or 2 and zero padding of K / 2. ConvNeXt's own, with K = 7 and stride 1, is {@link DepthwiseConv}.
 */
public interface StridedDepthwiseConv {
    /** The smallest K. */
    int MIN_KERNEL = 3;

    /** The largest K. */
    int MAX_KERNEL = 11;

    /** The largest stride. */
    int MAX_STRIDE = 2;

    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the filters of one layer out for this implementation.
     *
     * @param arena how long the packed copy lives
     * @param stride 1 or 2
     * @param weight (C, 1, K, K)
     * @param bias (C), or none
     * @throws IllegalArgumentException if the shapes do not fit, or K or the stride is out of range
     */
    Filters pack(Arena arena, int stride, Tensor weight, @Nullable Tensor bias);

    /**
     * Height or width of the output for that of the input: {@code size / stride}, rounded up.
     *
     * @throws IndexOutOfBoundsException if the stride is less than 1
     */
    static int outputSize(int size, int stride) {
        Operands.positive("stride", stride);
        return (size + stride - 1) / stride;
    }

    /**
     * Checks a layer's weights and stride.
     *
     * @throws IllegalArgumentException unless the weights are (C, 1, K, K), K is odd and from 3 to 11, and the stride 1 or
     *     2
     */
    static void require(int stride, Tensor weight) {
        KernelChecks.requireShape("weight", weight, -1, 1, -1, -1);
        int kernel = weight.dim(2);
        KernelChecks.requireShape("weight", weight, -1, 1, kernel, kernel);
        require(kernel, stride);
    }

    /**
     * Checks the measures.
     *
     * @throws IllegalArgumentException unless K is odd and from 3 to 11, and the stride 1 or 2
     */
    static void require(int kernel, int stride) {
        if (kernel % 2 == 0 || kernel < MIN_KERNEL || kernel > MAX_KERNEL) {
            throw new IllegalArgumentException(
                    "the kernel size is " + kernel + ", but must be odd and from " + MIN_KERNEL + " to " + MAX_KERNEL);
        }
        if (stride < 1 || stride > MAX_STRIDE) {
            throw new IllegalArgumentException("the stride is " + stride + ", but must be 1 or " + MAX_STRIDE);
        }
    }

    /** One layer's filters, packed. Immutable; any number of threads may use it at once. */
    interface Filters {
        /** C. */
        int channels();

        /** K, height and width of the filter. */
        int kernel();

        /** Input pixels from one output pixel to the next. */
        int stride();

        /**
         * Floats of scratch memory that {@link #forward} needs, whatever the range.
         *
         * @param width W
         */
        long scratchFloats(int width);

        /**
         * Some rows of the output, which are counted through all pictures: row i is row {@code i % H'} of picture
         * {@code i / H'}, where H' and W' are the output's height and width by {@link #outputSize}.
         *
         * <p>The weights are finite: an infinite one may give NaN near the edge of the map where the definition does not.
         * A range of many rows takes less than as many ranges of one, for neighbours share most of their input.
         *
         * @param x (pictures, H, W, C)
         * @param xBytes offset of the first map, whatever the range
         * @param height H
         * @param width W
         * @param rowBegin first output row
         * @param rowEnd one past the last output row
         * @param scratch {@code scratchFloats(width)} floats from {@code scratchBytes} on, overwritten
         * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
         * @param y (pictures, H', W', C), of which only the range is written
         * @param yBytes offset of the first map, whatever the range
         */
        void forward(
                MemorySegment x,
                long xBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment y,
                long yBytes);

        /**
         * Checks the operands of {@link #forward}, which every implementation begins with.
         *
         * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
         */
        default void checkForward(
                MemorySegment x,
                long xBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment y,
                long yBytes) {
            int outHeight = outputSize(height, stride());
            int outWidth = outputSize(width, stride());
            Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
            Operands.inputMaps("x", x, xBytes, rowBegin, rowEnd, outHeight, Operands.floats(height, width, channels()));
            Operands.output("scratch", scratch, scratchBytes, scratchFloats(width));
            Operands.output(
                    "y",
                    y,
                    Operands.offset(yBytes, Operands.floats(rowBegin, outWidth, channels())),
                    Operands.floats(rowEnd - rowBegin, outWidth, channels()));
        }
    }
}
