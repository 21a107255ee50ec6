package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The pixels of a map in the order of a patch convolution: each P x P patch as one row of P P C floats, patches row by
 * row. Nothing but copies, of P C floats each.
 */
public final class Patches {
    private Patches() {}

    /**
     * The weights of a patch convolution in the order of a gathered patch.
     *
     * @param arena how long the result lives
     * @param weight (N, C, P, P)
     * @return (N, P P C)
     */
    public static Tensor channelsLast(Arena arena, Tensor weight) {
        int outputs = weight.dim(0);
        int channels = weight.dim(1);
        int taps = weight.dim(2) * weight.dim(3);
        Tensor rows = Tensor.allocate(arena, outputs, taps * channels);
        for (int n = 0; n < outputs; n++) {
            long first = (long) n * taps * channels;
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < taps; tap++) {
                    rows.set(first + (long) tap * channels + c, weight.get(first + (long) c * taps + tap));
                }
            }
        }
        return rows;
    }

    /**
     * Copies the patches of some rows of the output.
     *
     * @param patch P
     * @param channels C
     * @param x (H, W, C), the whole map
     * @param xBytes offset of the map
     * @param width W; columns that do not fill a patch are left out
     * @param rowBegin first output row
     * @param rowEnd one past the last output row, at most H / P
     * @param patches (rowEnd - rowBegin, W / P, P P C)
     * @param patchesBytes offset of the first patch of row {@code rowBegin}
     * @throws IndexOutOfBoundsException if P is less than 1, or an operand is not within its segment
     */
    public static void gather(
            int patch,
            int channels,
            MemorySegment x,
            long xBytes,
            int width,
            int rowBegin,
            int rowEnd,
            MemorySegment patches,
            long patchesBytes) {
        Operands.positive("patch", patch);
        Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
        int columns = width / patch;
        long patchFloats = Operands.floats(patch, patch, channels);
        Operands.output("patches", patches, patchesBytes, Operands.floats(rowEnd - rowBegin, columns, patchFloats));
        long lines = Operands.floats(patch, width, channels);
        Operands.input(
                "x",
                x,
                Operands.offset(xBytes, Operands.floats(rowBegin, lines)),
                Operands.floats(rowEnd - rowBegin, lines));
        long to = patchesBytes;
        long runBytes = (long) patch * channels * Float.BYTES;
        long rowBytes = (long) width * channels * Float.BYTES;
        for (int row = rowBegin; row < rowEnd; row++) {
            for (int column = 0; column < columns; column++) {
                long from = xBytes + (long) row * patch * rowBytes + column * runBytes;
                for (int ky = 0; ky < patch; ky++) {
                    MemorySegment.copy(x, from + ky * rowBytes, patches, to, runBytes);
                    to += runBytes;
                }
            }
        }
    }

    /**
     * The way back: copies patches to their pixels, and sets the pixels to 0 that no patch covers, which are columns to
     * the right and, where the range ends with the last output row, rows below.
     *
     * @param patch P
     * @param channels C
     * @param patches (rowEnd - rowBegin, W / P, P P C)
     * @param patchesBytes offset of the first patch of row {@code rowBegin}
     * @param height H
     * @param width W
     * @param rowBegin first output row
     * @param rowEnd one past the last output row, at most H / P
     * @param x (H, W, C), the whole map, of which the rows of the range are written
     * @param xBytes offset of the map
     * @throws IndexOutOfBoundsException if P is less than 1, or an operand is not within its segment
     */
    public static void scatter(
            int patch,
            int channels,
            MemorySegment patches,
            long patchesBytes,
            int height,
            int width,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes) {
        Operands.positive("patch", patch);
        Operands.count("width", width);
        Operands.count("height", height);
        Operands.range("rowBegin", rowBegin, rowEnd, height / patch);
        int columns = width / patch;
        long patchFloats = Operands.floats(patch, patch, channels);
        Operands.input("patches", patches, patchesBytes, Operands.floats(rowEnd - rowBegin, columns, patchFloats));
        Operands.output("x", x, xBytes, Operands.floats(height, width, channels));
        long from = patchesBytes;
        long runBytes = (long) patch * channels * Float.BYTES;
        long rowBytes = (long) width * channels * Float.BYTES;
        for (int row = rowBegin; row < rowEnd; row++) {
            for (int column = 0; column < columns; column++) {
                long to = xBytes + (long) row * patch * rowBytes + column * runBytes;
                for (int ky = 0; ky < patch; ky++) {
                    MemorySegment.copy(patches, from, x, to + ky * rowBytes, runBytes);
                    from += runBytes;
                }
            }
        }
        long coveredBytes = columns * runBytes;
        for (int y = rowBegin * patch; y < rowEnd * patch && coveredBytes < rowBytes; y++) {
            x.asSlice(xBytes + y * rowBytes + coveredBytes, rowBytes - coveredBytes)
                    .fill((byte) 0);
        }
        int covered = height / patch * patch;
        if (rowEnd == height / patch && covered < height) {
            x.asSlice(xBytes + covered * rowBytes, (height - covered) * rowBytes)
                    .fill((byte) 0);
        }
    }
}
