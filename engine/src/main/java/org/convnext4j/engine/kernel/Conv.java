package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The convolution with any kernel size, stride, padding and number of groups, as a ResNet has it: the 7x7 stem, the 3x3
 * of a bottleneck, the 1x1 projection with stride 2.
 */
public interface Conv {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the filters of one layer out for this implementation.
     *
     * @param arena how long the packed copy lives
     * @param shape the measures
     * @param weight (N, C / G, K, K)
     * @param bias (N), or none
     * @throws IllegalArgumentException if weight or bias do not have the shape
     */
    Filters pack(Arena arena, ConvShape shape, Tensor weight, @Nullable Tensor bias);

    /** One layer's filters, packed. Immutable; any number of threads may use it at once. */
    interface Filters {
        /** The measures. */
        ConvShape shape();

        /**
         * Floats of scratch memory that {@link #forward} needs, whatever the range.
         *
         * @param height H
         * @param width W
         */
        long scratchFloats(int height, int width);

        /**
         * Some rows of the output, which are counted through all pictures: row i is row {@code i % H'} of picture
         * {@code i / H'}, where H' and W' are the output's height and width by {@link ConvShape#outputSize}.
         *
         * @param x (pictures, H, W, C)
         * @param xBytes offset of the first map, whatever the range
         * @param height H
         * @param width W
         * @param rowBegin first output row
         * @param rowEnd one past the last output row
         * @param scratch {@code scratchFloats(height, width)} floats from {@code scratchBytes} on, overwritten
         * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
         * @param y (pictures, H', W', N), of which only the range is written
         * @param yBytes offset of the first map, whatever the range
         * @throws IllegalArgumentException if the map is too small for the kernel
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
            int outHeight = shape().outputSize(height);
            int outWidth = shape().outputSize(width);
            Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
            Operands.inputMaps(
                    "x", x, xBytes, rowBegin, rowEnd, outHeight, Operands.floats(height, width, shape().inputs()));
            Operands.output("scratch", scratch, scratchBytes, scratchFloats(height, width));
            Operands.output(
                    "y",
                    y,
                    Operands.offset(yBytes, Operands.floats(rowBegin, outWidth, shape().outputs())),
                    Operands.floats(rowEnd - rowBegin, outWidth, shape().outputs()));
        }
    }
}
