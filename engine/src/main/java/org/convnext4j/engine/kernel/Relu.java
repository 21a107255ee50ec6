package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/** The rectified linear unit, {@code max(x, 0)}; NaN stays NaN. */
public interface Relu {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code y = max(x, 0)}, element by element.
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

    /**
     * {@code y = max(x + residual, 0)}, element by element: the end of a bottleneck.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param x (rows, columns)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param residual (rows, columns)
     * @param residualBytes offset of row 0
     * @param residualStride floats from row to row
     * @param y (rows, columns); may be {@code x} or {@code residual} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     */
    void forwardSum(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment residual,
            long residualBytes,
            int residualStride,
            MemorySegment y,
            long yBytes,
            int yStride);

    /**
     * Checks the operands of {@link #forwardSum}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkForwardSum(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment residual,
            long residualBytes,
            int residualStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Operands.inputRows("x", x, xBytes, rows, xStride, columns);
        Operands.inputRows("residual", residual, residualBytes, rows, residualStride, columns);
        Operands.outputRows("y", y, yBytes, rows, yStride, columns);
    }
}
