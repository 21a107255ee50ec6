package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) of the channels over all pixels of a batch.
 *
 * <p>In training, {@link #partStatistics} reads the batch once and leaves the mean and the squares of every part of
 * {@link #PART_ROWS} pixels, {@link BatchStatistics#combine} makes the batch's mean and variance of them by the formula of
 * Chan, Golub and LeVeque (1983), {@link BatchStatistics#affine} a factor and a summand for each channel, and
 * {@link #affine} applies these. In inference the statistics are the running ones, and all that is left is
 * {@link #affine}, or nothing where {@link BatchNormFold} has put it into the convolution before.
 */
public interface BatchNorm {
    /** Rows of a part, whose statistics are taken on their own. */
    int PART_ROWS = 64;

    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /** How many parts so many rows have. */
    static int parts(int rows) {
        return (int) ((rows + PART_ROWS - 1L) / PART_ROWS);
    }

    /**
     * Checks where a range begins.
     *
     * @throws IllegalArgumentException if it is inside a part
     */
    static void requirePartBegin(int rowBegin) {
        if (rowBegin % PART_ROWS != 0) {
            throw new IllegalArgumentException(
                    "rowBegin is " + rowBegin + ", which is inside a part; begin at a multiple of " + PART_ROWS);
        }
    }

    /**
     * For each part in the range and each channel, the mean of x and the sum of the squares of the differences from that
     * mean, in two passes over the part.
     *
     * @param rowBegin first row (pixel), a multiple of {@link #PART_ROWS}
     * @param rowEnd one past the last row: a multiple of {@link #PART_ROWS}, or the end of all rows
     * @param channels C
     * @param x (rows, C)
     * @param xBytes offset of row 0, whatever the range
     * @param xStride floats from row to row
     * @param parts (parts, 2, C): means, then squares, of each part that has a row in the range; overwritten
     * @param partsBytes offset of part 0, whatever the range
     * @throws IllegalArgumentException if {@code rowBegin} is not a multiple of {@link #PART_ROWS}
     */
    void partStatistics(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment parts,
            long partsBytes);

    /**
     * Checks the operands of {@link #partStatistics}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkPartStatistics(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment parts,
            long partsBytes) {
        Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
        requirePartBegin(rowBegin);
        int rows = rowEnd - rowBegin;
        Operands.inputRows(
                "x", x, Operands.offset(xBytes, Operands.floats(rowBegin, xStride)), rows, xStride, channels);
        Operands.output(
                "parts",
                parts,
                Operands.offset(partsBytes, Operands.floats(rowBegin / PART_ROWS, 2, channels)),
                Operands.floats(parts(rows), 2, channels));
    }

    /**
     * {@code y = x * scale + shift} for each row, or the larger of that and 0.
     *
     * @param rows how many rows (pixels)
     * @param channels C
     * @param scale (C)
     * @param scaleBytes offset of channel 0
     * @param shift (C)
     * @param shiftBytes offset of channel 0
     * @param relu whether {@link Relu} follows
     * @param x (rows, C)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param y (rows, C); may be {@code x} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     */
    void affine(
            int rows,
            int channels,
            MemorySegment scale,
            long scaleBytes,
            MemorySegment shift,
            long shiftBytes,
            boolean relu,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride);

    /**
     * Checks the operands of {@link #affine}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkAffine(
            int rows,
            int channels,
            MemorySegment scale,
            long scaleBytes,
            MemorySegment shift,
            long shiftBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Operands.input("scale", scale, scaleBytes, channels);
        Operands.input("shift", shift, shiftBytes, channels);
        Operands.inputRows("x", x, xBytes, rows, xStride, channels);
        Operands.outputRows("y", y, yBytes, rows, yStride, channels);
    }
}
