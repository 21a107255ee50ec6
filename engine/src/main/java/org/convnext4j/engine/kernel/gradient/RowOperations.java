package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;

/**
 * Small operations on the rows of matrices, of which gradients are put together: that of layer scale, of residual
 * additions and of stochastic depth.
 *
 * <p>For {@code out = gamma (W h + b)} with h (pixels, K), let {@code G = gradOut^T h} (C, K) and
 * {@code s[c] = sum over pixels of gradOut[.][c]}. Then {@code gradW[c] = gamma[c] G[c]}, {@code gradB[c] = gamma[c] s[c]}
 * and {@code gradGamma[c] = W[c] . G[c] + b[c] s[c]}: the input of layer scale is not needed.
 */
public interface RowOperations {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code y[r] = a[r] . b[r]}, or that added to {@code y[r]}.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param a (rows, columns)
     * @param aBytes offset of row 0
     * @param aStride floats from row to row
     * @param b (rows, columns)
     * @param bBytes offset of row 0
     * @param bStride floats from row to row
     * @param accumulate whether the products are added to what y held
     * @param y (rows)
     * @param yBytes offset of row 0
     */
    void dots(
            int rows,
            int columns,
            MemorySegment a,
            long aBytes,
            int aStride,
            MemorySegment b,
            long bBytes,
            int bStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes);

    /**
     * Checks the operands of {@link #dots}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkDots(
            int rows,
            int columns,
            MemorySegment a,
            long aBytes,
            int aStride,
            MemorySegment b,
            long bBytes,
            int bStride,
            MemorySegment y,
            long yBytes) {
        Operands.inputRows("a", a, aBytes, rows, aStride, columns);
        Operands.inputRows("b", b, bBytes, rows, bStride, columns);
        Operands.output("y", y, yBytes, rows);
    }

    /**
     * {@code y[r][j] = factors[r] x[r][j]}, or that added to {@code y[r][j]}.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param factors (rows)
     * @param factorsBytes offset of row 0
     * @param x (rows, columns)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param accumulate whether the products are added to what y held
     * @param y (rows, columns); may be {@code x} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     */
    void scaleRows(
            int rows,
            int columns,
            MemorySegment factors,
            long factorsBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes,
            int yStride);

    /**
     * Checks the operands of {@link #scaleRows}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkScaleRows(
            int rows,
            int columns,
            MemorySegment factors,
            long factorsBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Operands.input("factors", factors, factorsBytes, rows);
        Operands.inputRows("x", x, xBytes, rows, xStride, columns);
        Operands.outputRows("y", y, yBytes, rows, yStride, columns);
    }

    /**
     * {@code y = factor x}, or {@code y += factor x}.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param factor the same for all; with 1, x itself is added or copied
     * @param x (rows, columns)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param accumulate whether the product is added to what y held
     * @param y (rows, columns); may be {@code x} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     */
    void scale(
            int rows,
            int columns,
            float factor,
            MemorySegment x,
            long xBytes,
            int xStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes,
            int yStride);

    /**
     * Checks the operands of {@link #scale}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkScale(
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
