package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/** The 7x7 depthwise convolution: stride 1, zero padding of 3, one filter per channel. */
public interface DepthwiseConv {
    /** Height and width of the filter. */
    int KERNEL = 7;

    /** Rows and columns of zeros around the map. */
    int PADDING = KERNEL / 2;

    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the filters of one layer out for this implementation.
     *
     * @param arena how long the packed copy lives
     * @param weight (C, 1, 7, 7)
     * @param bias (C)
     * @throws IllegalArgumentException if the shapes do not fit
     */
    Filters pack(Arena arena, Tensor weight, Tensor bias);

    /** One layer's filters, packed. Immutable; any number of threads may use it at once. */
    interface Filters {
        /** C. */
        int channels();

        /**
         * Some rows of the output map of one picture.
         *
         * @param x (H, W, C), the whole map
         * @param xBytes offset of the map
         * @param height H
         * @param width W
         * @param rowBegin first output row
         * @param rowEnd one past the last output row
         * @param y (rowEnd - rowBegin, W, C)
         * @param yBytes offset of output row {@code rowBegin}
         */
        void forward(
                MemorySegment x,
                long xBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
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
                MemorySegment y,
                long yBytes) {
            Operands.range("rowBegin", rowBegin, rowEnd, height);
            Operands.input("x", x, xBytes, Operands.floats(height, width, channels()));
            Operands.output("y", y, yBytes, Operands.floats(rowEnd - rowBegin, width, channels()));
        }
    }
}
