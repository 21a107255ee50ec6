package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;

/**
 * The gradients of {@code y = normal * weight + bias} with {@code normal = norm(x)} as
 * {@link org.convnext4j.engine.kernel.ChannelNorm} has it for each kind, each row on its own. What a row is divided by is
 * computed anew from x, which costs less than keeping it. With {@code g = gradY weight} and {@code r} the factor of the
 * norm, such as {@code 1 / sqrt(variance + epsilon)},
 *
 * <ul>
 *   <li>{@link org.convnext4j.engine.kernel.NormKind#LAYER}: {@code gradX = r (g - mean(g) - normal mean(g normal))}
 *   <li>{@link org.convnext4j.engine.kernel.NormKind#SIMPLE}:
 *       {@code gradX = r (g - r (x - mean(x)) sum(g normal) / (C - 1))}, which is not defined for one channel
 *   <li>{@link org.convnext4j.engine.kernel.NormKind#RMS}: {@code gradX = r (g - normal mean(g normal))}
 * </ul>
 */
public interface ChannelNormGradient {
    /** Rows of a part: the sums over them are taken apart, then added by a second call. */
    int PART_ROWS = 64;

    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /** How many parts so many rows have. */
    static int parts(int rows) {
        return (int) ((rows + PART_ROWS - 1L) / PART_ROWS);
    }

    /**
     * For some rows gradX, and each part's {@code gradWeight = sum of gradY normal} and {@code gradBias = sum of gradY},
     * of which the latter means nothing for a norm that has no bias.
     *
     * <p>The gradients of the whole are the sums over the parts: {@link ColumnSums} of {@code parts(rows)} rows with a
     * stride of 2 C floats, the weight's from offset 0 on, the bias's from offset C on.
     *
     * @param rowBegin first row, a multiple of {@link #PART_ROWS}
     * @param rowEnd one past the last row: a multiple of {@link #PART_ROWS}, or the end of all rows
     * @param channels C
     * @param epsilon added to the variance, or to the mean of the squares
     * @param weight (C)
     * @param weightBytes offset of channel 0
     * @param x (rows, C), the input of the forward pass
     * @param xBytes offset of row 0, whatever the range
     * @param xStride floats from row to row
     * @param gradY (rows, C)
     * @param gradYBytes offset of row 0
     * @param gradYStride floats from row to row
     * @param gradX (rows, C); may be {@code gradY} or {@code x} at the same offset and stride
     * @param gradXBytes offset of row 0
     * @param gradXStride floats from row to row
     * @param parts (parts, 2, C): the sums for weight and bias of each part that has a row in the range, overwritten
     * @param partsBytes offset of part 0, whatever the range
     * @throws IllegalArgumentException if {@code rowBegin} is not a multiple of {@link #PART_ROWS}
     */
    void backward(
            int rowBegin,
            int rowEnd,
            int channels,
            float epsilon,
            MemorySegment weight,
            long weightBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride,
            MemorySegment parts,
            long partsBytes);

    /**
     * Checks the operands of {@link #backward}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkBackward(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment weight,
            long weightBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride,
            MemorySegment parts,
            long partsBytes) {
        Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
        requirePartBegin(rowBegin);
        int rows = rowEnd - rowBegin;
        Operands.input("weight", weight, weightBytes, channels);
        Operands.inputRows(
                "x", x, Operands.offset(xBytes, Operands.floats(rowBegin, xStride)), rows, xStride, channels);
        Operands.inputRows(
                "gradY",
                gradY,
                Operands.offset(gradYBytes, Operands.floats(rowBegin, gradYStride)),
                rows,
                gradYStride,
                channels);
        Operands.outputRows(
                "gradX",
                gradX,
                Operands.offset(gradXBytes, Operands.floats(rowBegin, gradXStride)),
                rows,
                gradXStride,
                channels);
        Operands.output(
                "parts",
                parts,
                Operands.offset(partsBytes, Operands.floats(rowBegin / PART_ROWS, 2, channels)),
                Operands.floats(parts(rows), 2, channels));
    }

    /**
     * Checks where a range begins.
     *
     * @throws IllegalArgumentException if it is inside a part
     */
    static void requirePartBegin(int rowBegin) {
        if (rowBegin % PART_ROWS != 0) {
            throw new IllegalArgumentException(
                    "rowBegin is " + rowBegin + ", which is inside a part; begin at a multiple" + " of " + PART_ROWS);
        }
    }
}
