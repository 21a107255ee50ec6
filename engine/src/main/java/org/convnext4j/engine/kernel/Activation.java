package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/** A function of each element; {@link ActivationKind} has the formulas. */
public interface Activation {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code y = f(x)}, element by element.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param x (rows, columns)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param y (rows, columns); may be {@code x} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     */
    void forward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride);

    /**
     * Checks the operands of {@link #forward}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkForward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Operands.inputRows("x", x, xBytes, rows, xStride, columns);
        Operands.outputRows("y", y, yBytes, rows, yStride, columns);
    }
}
