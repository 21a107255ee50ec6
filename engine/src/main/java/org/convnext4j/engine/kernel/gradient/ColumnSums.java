package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;

/** Sums over the rows of a matrix, column by column: the gradients of biases, and the end of sums taken in parts. */
public interface ColumnSums {
    /** Rows that are summed on their own; so many of these sums in turn are. */
    int BLOCK_ROWS = 64;

    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code y[j] = sum over i of x[i][j]}, or that added to {@code y[j]}, for a range of columns. Rows are added in
     * order within blocks of {@link #BLOCK_ROWS}, the blocks' sums within blocks of as many again, and those in order.
     *
     * @param rows how many rows; with 0 the sums are 0
     * @param columnBegin first column
     * @param columnEnd one past the last column
     * @param accumulate whether the sums are added to what y held
     * @param x element j of row i is at {@code xBytes + 4 (i xStride + j)}, whatever the range
     * @param xBytes offset of row 0, column 0
     * @param xStride floats from row to row
     * @param y one float per column
     * @param yBytes offset of column 0, whatever the range
     */
    void sum(
            int rows,
            int columnBegin,
            int columnEnd,
            boolean accumulate,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes);

    /**
     * Checks the operands of {@link #sum}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkSum(
            int rows,
            int columnBegin,
            int columnEnd,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes) {
        Operands.range("columnBegin", columnBegin, columnEnd, Integer.MAX_VALUE);
        int columns = columnEnd - columnBegin;
        Operands.inputRows("x", x, Operands.offset(xBytes, columnBegin), rows, xStride, columns);
        Operands.output("y", y, Operands.offset(yBytes, columnBegin), columns);
    }
}
