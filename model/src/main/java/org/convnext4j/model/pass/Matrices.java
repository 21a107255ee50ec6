package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Small moves of matrices, row by row without gaps. */
final class Matrices {
    private static final int SQUARE = 16;

    private Matrices() {}

    /** {@code to = from^T}, or {@code to += from^T}, for {@code from} of (rows, columns). */
    static void transpose(Team team, int rows, int columns, MemorySegment from, boolean accumulate, MemorySegment to) {
        int strips = (columns + SQUARE - 1) / SQUARE;
        team.run(strips, (strip, member) -> {
            int begin = strip * SQUARE;
            int end = Math.min(begin + SQUARE, columns);
            for (int i = 0; i < rows; i += SQUARE) {
                square(i, Math.min(i + SQUARE, rows), begin, end, rows, columns, from, accumulate, to);
            }
        });
    }

    private static void square(
            int iBegin,
            int iEnd,
            int jBegin,
            int jEnd,
            int rows,
            int columns,
            MemorySegment from,
            boolean accumulate,
            MemorySegment to) {
        for (int j = jBegin; j < jEnd; j++) {
            for (int i = iBegin; i < iEnd; i++) {
                float value = from.getAtIndex(Tensor.FLOAT, (long) i * columns + j);
                long at = (long) j * rows + i;
                to.setAtIndex(Tensor.FLOAT, at, accumulate ? to.getAtIndex(Tensor.FLOAT, at) + value : value);
            }
        }
    }

    /** Copies one row of {@code floats} into each of some rows from {@code toBytes} on. */
    static void repeat(int rows, int floats, MemorySegment row, MemorySegment to, long toBytes) {
        long rowBytes = (long) floats * Float.BYTES;
        for (int r = 0; r < rows; r++) {
            MemorySegment.copy(row, 0, to, toBytes + r * rowBytes, rowBytes);
        }
    }

    /** {@code to[i] += factor[i] * x[i]}; without factors, {@code to[i] += x[i]}. */
    static void addScaled(int floats, @Nullable MemorySegment factor, MemorySegment x, MemorySegment to) {
        for (int i = 0; i < floats; i++) {
            float value = x.getAtIndex(Tensor.FLOAT, i);
            float scaled = factor == null ? value : factor.getAtIndex(Tensor.FLOAT, i) * value;
            to.setAtIndex(Tensor.FLOAT, i, to.getAtIndex(Tensor.FLOAT, i) + scaled);
        }
    }
}
