package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Global response normalisation (GRN), which ConvNeXt V2 has after its activation (arXiv 2301.00808, section 3.2; the
 * reference's models/utils.py). For one picture and each channel c of its map of H W pixels,
 *
 * <pre>{@code
 * G[c] = sqrt(sum over pixels of x[p][c]^2)
 * N[c] = G[c] / (mean over channels of G + epsilon)
 * y[p][c] = gamma[c] x[p][c] N[c] + beta[c] + x[p][c]
 * }</pre>
 *
 * <p>The sum reaches over the whole map, so it is taken in parts, each by {@link #sumSquares}, and {@link #apply} runs when
 * {@link #factors} has put all of them together. Results depend on how the pixels are cut into parts: callers cut the same
 * way whatever the threads.
 */
public interface ResponseNorm {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code sums[c] = sum over pixels of x[p][c]^2} of some pixels, in their order.
     *
     * @param pixels how many rows
     * @param channels how many columns
     * @param x (pixels, channels)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param sums (channels)
     * @param sumsBytes offset of channel 0
     */
    void sumSquares(
            int pixels, int channels, MemorySegment x, long xBytes, int xStride, MemorySegment sums, long sumsBytes);

    /**
     * Checks the operands of {@link #sumSquares}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkSumSquares(
            int pixels, int channels, MemorySegment x, long xBytes, int xStride, MemorySegment sums, long sumsBytes) {
        Operands.inputRows("x", x, xBytes, pixels, xStride, channels);
        Operands.output("sums", sums, sumsBytes, channels);
    }

    /**
     * {@code factors[c] = gamma[c] N[c] + 1} of one picture.
     *
     * @param parts how many sums there are of each channel
     * @param channels of the whole map
     * @param epsilon added to the mean of G; 1e-6 in every published model
     * @param sums (parts, channels), added in their order
     * @param sumsBytes offset of part 0
     * @param gamma (channels), at offset 0
     * @param factors (channels)
     * @param factorsBytes offset of channel 0
     */
    void factors(
            int parts,
            int channels,
            float epsilon,
            MemorySegment sums,
            long sumsBytes,
            MemorySegment gamma,
            MemorySegment factors,
            long factorsBytes);

    /**
     * Checks the operands of {@link #factors}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkFactors(
            int parts,
            int channels,
            MemorySegment sums,
            long sumsBytes,
            MemorySegment gamma,
            MemorySegment factors,
            long factorsBytes) {
        Operands.input("sums", sums, sumsBytes, Operands.floats(parts, channels));
        Operands.input("gamma", gamma, 0, channels);
        Operands.output("factors", factors, factorsBytes, channels);
    }

    /**
     * {@code x[p][c] = x[p][c] factors[c] + beta[c]}, in place.
     *
     * @param pixels how many rows
     * @param channels of the map
     * @param factors (channels)
     * @param factorsBytes offset of channel 0
     * @param beta (channels), at offset 0
     * @param x (pixels, channels)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     */
    void apply(
            int pixels,
            int channels,
            MemorySegment factors,
            long factorsBytes,
            MemorySegment beta,
            MemorySegment x,
            long xBytes,
            int xStride);

    /**
     * Checks the operands of {@link #apply}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkApply(
            int pixels,
            int channels,
            MemorySegment factors,
            long factorsBytes,
            MemorySegment beta,
            MemorySegment x,
            long xBytes,
            int xStride) {
        Operands.input("factors", factors, factorsBytes, channels);
        Operands.input("beta", beta, 0, channels);
        Operands.outputRows("x", x, xBytes, pixels, xStride, channels);
    }
}
