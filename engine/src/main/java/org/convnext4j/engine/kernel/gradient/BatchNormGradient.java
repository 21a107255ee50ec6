package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.Operands;

/**
 * The gradients of batch normalisation in training, where mean and variance depend on x too. With M rows and
 * {@code normal = (x - mean) r}, {@code r = 1 / sqrt(variance + epsilon)}:
 *
 * <pre>{@code
 * gradBias   = sum of gradY
 * gradWeight = sum of gradY normal
 * gradX      = weight r (gradY - gradBias / M - normal gradWeight / M)
 * }</pre>
 *
 * <p>{@link #partSums} leaves the sums of every part of {@link BatchNorm#PART_ROWS} rows, {@link ColumnSums} of
 * {@code BatchNorm.parts(M)} rows and 2 C columns adds them up, {@link BatchNormCoefficients#of} makes the parameters'
 * gradients and four factors for each channel of them, and {@link #inputGradient} applies these.
 */
public interface BatchNormGradient {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * For each part in the range and each channel, the sums of {@code gradY (x - mean)} and of {@code gradY}.
     *
     * @param rowBegin first row (pixel), a multiple of {@link BatchNorm#PART_ROWS}
     * @param rowEnd one past the last row: a multiple of {@link BatchNorm#PART_ROWS}, or the end of all rows
     * @param channels C
     * @param mean (C), of the batch
     * @param meanBytes offset of channel 0
     * @param x (rows, C), the input of the forward pass
     * @param xBytes offset of row 0, whatever the range
     * @param xStride floats from row to row
     * @param gradY (rows, C)
     * @param gradYBytes offset of row 0, whatever the range
     * @param gradYStride floats from row to row
     * @param parts (parts, 2, C): both sums of each part that has a row in the range; overwritten
     * @param partsBytes offset of part 0, whatever the range
     * @throws IllegalArgumentException if {@code rowBegin} is not a multiple of {@link BatchNorm#PART_ROWS}
     */
    void partSums(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment mean,
            long meanBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment parts,
            long partsBytes);

    /**
     * Checks the operands of {@link #partSums}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkPartSums(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment mean,
            long meanBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment parts,
            long partsBytes) {
        Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
        BatchNorm.requirePartBegin(rowBegin);
        int rows = rowEnd - rowBegin;
        Operands.input("mean", mean, meanBytes, channels);
        Operands.inputRows(
                "x", x, Operands.offset(xBytes, Operands.floats(rowBegin, xStride)), rows, xStride, channels);
        Operands.inputRows(
                "gradY",
                gradY,
                Operands.offset(gradYBytes, Operands.floats(rowBegin, gradYStride)),
                rows,
                gradYStride,
                channels);
        Operands.output(
                "parts",
                parts,
                Operands.offset(partsBytes, Operands.floats(rowBegin / BatchNorm.PART_ROWS, 2, channels)),
                Operands.floats(BatchNorm.parts(rows), 2, channels));
    }

    /**
     * {@code gradX = a gradY + (b (x - mean) + c)} for each row.
     *
     * @param rows how many rows (pixels)
     * @param channels C
     * @param coefficients (4, C): a, mean, b and c, as {@link BatchNormCoefficients#of} leaves them
     * @param coefficientsBytes offset of a's channel 0
     * @param x (rows, C), the input of the forward pass
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param gradY (rows, C)
     * @param gradYBytes offset of row 0
     * @param gradYStride floats from row to row
     * @param gradX (rows, C); may be {@code gradY} or {@code x} at the same offset and stride
     * @param gradXBytes offset of row 0
     * @param gradXStride floats from row to row
     */
    void inputGradient(
            int rows,
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
            int rows,
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
        Operands.input("coefficients", coefficients, coefficientsBytes, Operands.floats(4, channels));
        Operands.inputRows("x", x, xBytes, rows, xStride, channels);
        Operands.inputRows("gradY", gradY, gradYBytes, rows, gradYStride, channels);
        Operands.outputRows("gradX", gradX, gradXBytes, rows, gradXStride, channels);
    }
}
