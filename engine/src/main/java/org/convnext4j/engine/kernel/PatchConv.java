package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/**
 * A convolution whose stride is its kernel size, so that its windows are disjoint patches: the 4x4 stem and the 2x2
 * downsampling. Rows and columns that do not fill a patch are dropped.
 */
public interface PatchConv {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the filters of one layer out for this implementation.
     *
     * @param arena how long the packed copy lives
     * @param weight (N, C, P, P)
     * @param bias (N)
     * @throws IllegalArgumentException if the shapes do not fit
     */
    Filters pack(Arena arena, Tensor weight, Tensor bias);

    /** One layer's filters, packed. Immutable; any number of threads may use it at once. */
    interface Filters {
        /** P, the side of a patch and the stride. */
        int patch();

        /** C, the input channels. */
        int channels();

        /** N, the output channels. */
        int outputs();

        /** Floats of scratch memory that {@link #forward} needs per output row of a map of this width. */
        long scratchFloats(int width);

        /**
         * Some rows of the output map of one picture.
         *
         * @param x (H, W, C), the whole map
         * @param xBytes offset of the map
         * @param width W
         * @param rowBegin first output row
         * @param rowEnd one past the last output row, at most H / P
         * @param scratch {@code scratchFloats(width) * (rowEnd - rowBegin)} floats from {@code scratchBytes}, overwritten
         * @param scratchBytes offset of the scratch memory
         * @param y (rowEnd - rowBegin, W / P, N)
         * @param yBytes offset of output row {@code rowBegin}
         */
        void forward(
                MemorySegment x,
                long xBytes,
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
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment y,
                long yBytes) {
            Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
            int rows = rowEnd - rowBegin;
            Operands.input(
                    "x",
                    x,
                    Operands.offset(xBytes, Operands.floats(rowBegin, patch(), width, channels())),
                    Operands.floats(rows, patch(), width, channels()));
            Operands.output("scratch", scratch, scratchBytes, Operands.floats(rows, scratchFloats(width)));
            Operands.output("y", y, yBytes, Operands.floats(rows, width / patch(), outputs()));
        }
    }
}
