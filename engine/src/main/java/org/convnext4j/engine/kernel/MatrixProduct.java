package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The product of two matrices that both change from call to call, so that neither can be packed beforehand: the weight
 * and input gradients of the pointwise convolutions and of the patch convolutions. With the weights W (N, K) of a layer
 * and its rows x (R, K):
 *
 * <pre>{@code
 * y     (R, N) = x W^T          A plain, B transposed
 * gradX (R, K) = gradY W        A plain, B plain
 * gradW (N, K) = gradY^T x      A transposed, B plain
 * }</pre>
 */
public interface MatrixProduct {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Floats of scratch memory that {@link #multiply} needs for a product of these sizes; the same whichever of A and B
     * are transposed, and no more for smaller sizes.
     *
     * @param m rows of C
     * @param n columns of C
     * @param k terms of each sum
     */
    long scratchFloats(int m, int n, int k);

    /**
     * {@code C = A B} or {@code C += A B}. Any of the sizes may be 0; with k = 0 the product is 0.
     *
     * <p>To share the work out, cut C into ranges of rows and columns, and A and B accordingly. Cutting k, with
     * {@code accumulate}, changes the order of summation: only do so at places that do not depend on the number of
     * threads.
     *
     * @param m rows of C
     * @param n columns of C
     * @param k terms of each sum
     * @param a A as (m, k), or, if transposed, its transpose as (k, m)
     * @param aBytes offset of A's first stored row
     * @param aStride floats from one stored row of A to the next, at least its length
     * @param aTransposed whether A is stored as (k, m)
     * @param b B as (k, n), or, if transposed, its transpose as (n, k)
     * @param bBytes offset of B's first stored row
     * @param bStride floats from one stored row of B to the next, at least its length
     * @param bTransposed whether B is stored as (n, k)
     * @param accumulate whether the product is added to C; otherwise what C held is not read
     * @param c C as (m, n)
     * @param cBytes offset of C's row 0
     * @param cStride floats from row to row of C, at least n
     * @param scratch {@code scratchFloats(m, n, k)} floats from {@code scratchBytes} on, overwritten; overlaps none of
     *     the matrices
     * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
     */
    void multiply(
            int m,
            int n,
            int k,
            MemorySegment a,
            long aBytes,
            int aStride,
            boolean aTransposed,
            MemorySegment b,
            long bBytes,
            int bStride,
            boolean bTransposed,
            boolean accumulate,
            MemorySegment c,
            long cBytes,
            int cStride,
            MemorySegment scratch,
            long scratchBytes);

    /**
     * Checks the operands of {@link #multiply}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    default void checkMultiply(
            int m,
            int n,
            int k,
            MemorySegment a,
            long aBytes,
            int aStride,
            boolean aTransposed,
            MemorySegment b,
            long bBytes,
            int bStride,
            boolean bTransposed,
            MemorySegment c,
            long cBytes,
            int cStride,
            MemorySegment scratch,
            long scratchBytes) {
        Operands.count("m", m);
        Operands.count("n", n);
        Operands.count("k", k);
        Operands.inputRows("a", a, aBytes, aTransposed ? k : m, aStride, aTransposed ? m : k);
        Operands.inputRows("b", b, bBytes, bTransposed ? n : k, bStride, bTransposed ? k : n);
        Operands.outputRows("c", c, cBytes, m, cStride, n);
        if (m > 0 && n > 0) {
            Operands.output("scratch", scratch, scratchBytes, scratchFloats(m, n, k));
        }
    }
}
