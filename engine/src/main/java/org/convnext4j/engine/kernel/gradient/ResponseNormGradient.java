package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;

/**
 * The gradients of {@link org.convnext4j.engine.kernel.ResponseNorm}. For one picture, with G and N as there, the mean M of
 * G over the channels plus epsilon, and {@code D[c] = sum over pixels of gradY[p][c] x[p][c]},
 *
 * <pre>{@code
 * gradBeta[c]  = sum over pixels of gradY[p][c]
 * gradGamma[c] = N[c] D[c]
 * gradX[p][c]  = a[c] gradY[p][c] + b[c] x[p][c]
 * a[c] = gamma[c] N[c] + 1
 * b[c] = (gamma[c] D[c] - mean over channels of gamma D N) / (M G[c]), and 0 where G[c] is 0
 * }</pre>
 *
 * <p>The last case is PyTorch's: the norm of a channel that is zero everywhere passes no gradient on.
 *
 * <p>As in the forward pass the sums reach over the whole map and are taken in parts, each by {@link #partSums};
 * {@link #coefficients} puts them together, and {@link #inputGradient} applies what comes out. That reads x and gradY twice
 * and keeps 5 C floats a picture besides the sums of its parts. Results depend on how the pixels are cut into parts: callers
 * cut the same way whatever the threads.
 */
public interface ResponseNormGradient {
    /** Sums of each channel: of x squared, of gradY x and of gradY. */
    int SUMS = 3;

    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Of some pixels, in their order, and for each channel the sums of {@code x^2}, of {@code gradY x} and of {@code gradY}.
     *
     * @param pixels how many rows
     * @param channels C
     * @param x (pixels, C), the input of the forward pass
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param gradY (pixels, C)
     * @param gradYBytes offset of row 0
     * @param gradYStride floats from row to row
     * @param sums (3, C), overwritten
     * @param sumsBytes offset of the first sum of channel 0
     */
    void partSums(
            int pixels,
            int channels,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment sums,
            long sumsBytes);

    /**
     * Checks the operands of {@link #partSums}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkPartSums(
            int pixels,
            int channels,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment sums,
            long sumsBytes) {
        Operands.inputRows("x", x, xBytes, pixels, xStride, channels);
        Operands.inputRows("gradY", gradY, gradYBytes, pixels, gradYStride, channels);
        Operands.output("sums", sums, sumsBytes, Operands.floats(SUMS, channels));
    }

    /**
     * The factors a and b of one picture, and its share in the parameters' gradients. Those of a batch are the sums over the
     * pictures: {@link ColumnSums} with a stride of 2 C floats, gamma's from offset 0 on, beta's from offset C on.
     *
     * @param parts how many parts the picture has
     * @param channels C, of the whole map
     * @param epsilon added to the mean of G
     * @param sums (parts, 3, C), added in their order
     * @param sumsBytes offset of part 0
     * @param gamma (C)
     * @param gammaBytes offset of channel 0
     * @param coefficients (2, C): a, then b; overwritten
     * @param coefficientsBytes offset of a's channel 0
     * @param parameters (2, C): the picture's share in gradGamma, then in gradBeta; overwritten
     * @param parametersBytes offset of gamma's channel 0
     */
    void coefficients(
            int parts,
            int channels,
            float epsilon,
            MemorySegment sums,
            long sumsBytes,
            MemorySegment gamma,
            long gammaBytes,
            MemorySegment coefficients,
            long coefficientsBytes,
            MemorySegment parameters,
            long parametersBytes);

    /**
     * Checks the operands of {@link #coefficients}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkCoefficients(
            int parts,
            int channels,
            MemorySegment sums,
            long sumsBytes,
            MemorySegment gamma,
            long gammaBytes,
            MemorySegment coefficients,
            long coefficientsBytes,
            MemorySegment parameters,
            long parametersBytes) {
        Operands.input("sums", sums, sumsBytes, Operands.floats(parts, SUMS, channels));
        Operands.input("gamma", gamma, gammaBytes, channels);
        Operands.output("coefficients", coefficients, coefficientsBytes, Operands.floats(2, channels));
        Operands.output("parameters", parameters, parametersBytes, Operands.floats(2, channels));
    }

    /**
     * {@code gradX[p][c] = a[c] gradY[p][c] + b[c] x[p][c]} for each row.
     *
     * @param pixels how many rows
     * @param channels C
     * @param coefficients (2, C): a and b, as {@link #coefficients} leaves them
     * @param coefficientsBytes offset of a's channel 0
     * @param x (pixels, C), the input of the forward pass
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param gradY (pixels, C)
     * @param gradYBytes offset of row 0
     * @param gradYStride floats from row to row
     * @param gradX (pixels, C); may be {@code gradY} or {@code x} at the same offset and stride
     * @param gradXBytes offset of row 0
     * @param gradXStride floats from row to row
     */
    void inputGradient(
            int pixels,
            int channels,
            MemorySegment coefficients,
            long coefficientsBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride);

    /**
     * Checks the operands of {@link #inputGradient}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkInputGradient(
            int pixels,
            int channels,
            MemorySegment coefficients,
            long coefficientsBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        Operands.input("coefficients", coefficients, coefficientsBytes, Operands.floats(2, channels));
        Operands.inputRows("x", x, xBytes, pixels, xStride, channels);
        Operands.inputRows("gradY", gradY, gradYBytes, pixels, gradYStride, channels);
        Operands.outputRows("gradX", gradX, gradXBytes, pixels, gradXStride, channels);
    }
}
