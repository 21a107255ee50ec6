package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Copies that lay matrices out for {@link GemmTile}. All operands are addresses that the caller has checked; strides are
 * in floats.
 */
final class Moves {
    private static final ValueLayout.OfLong PAIR = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final long LOW = 0xffff_ffffL;

    /** Rows that are transposed at once: each of their lines is read whole before the next is needed. */
    private static final int STRIP = 8;

    private Moves() {}

    /** {@code to[i][j] = from[i][j]} for (rows, columns). */
    static void copy(int rows, int columns, long from, int fromStride, long to, int toStride) {
        if (columns % LANES == 0) {
            copyVectors(rows, columns, from, fromStride, to, toStride);
            return;
        }
        for (int i = 0; i < rows; i++) {
            long row = from + (long) i * fromStride * Float.BYTES;
            long at = to + (long) i * toStride * Float.BYTES;
            MemorySegment.copy(Memory.ALL, Lanes.FLOAT, row, Memory.ALL, Lanes.FLOAT, at, columns);
        }
    }

    private static void copyVectors(int rows, int columns, long from, int fromStride, long to, int toStride) {
        for (int i = 0; i < rows; i++) {
            long row = Memory.at(from + (long) i * fromStride * Float.BYTES);
            long at = Memory.at(to + (long) i * toStride * Float.BYTES);
            for (int j = 0; j < columns; j += LANES) {
                long offset = Memory.offset(j);
                FloatVector.fromMemorySegment(SPECIES, Memory.ALL, row + offset, LITTLE_ENDIAN)
                        .intoMemorySegment(Memory.ALL, at + offset, LITTLE_ENDIAN);
            }
        }
    }

    /**
     * {@code to[j][i] = from[i][j]} for (rows, columns) in {@code from}, by squares of 2 x 2 in two general registers each:
     * 0.3 ns a float, where one float at a time took 0.65. Exchanging lanes in vector registers took 0.5 by
     * {@code selectFrom}, and 5 to 7 by {@code rearrange} and {@code blend}.
     */
    static void transpose(int rows, int columns, long from, int fromStride, long to, int toStride) {
        long fromBytes = (long) fromStride * Float.BYTES;
        long toBytes = (long) toStride * Float.BYTES;
        int row = 0;
        for (; row + STRIP <= rows; row += STRIP) {
            strip(columns, from + row * fromBytes, fromBytes, to + (long) row * Float.BYTES, toBytes);
        }
        for (; row < rows; row++) {
            column(0, columns, from + row * fromBytes, to + (long) row * Float.BYTES, toBytes);
        }
    }

    private static void strip(int columns, long from, long fromBytes, long to, long toBytes) {
        int even = columns & ~1;
        for (int j = 0; j < even; j += 2) {
            long upper = from + (long) j * Float.BYTES;
            long left = to + j * toBytes;
            for (int pair = 0; pair < STRIP / 2; pair++) {
                square(upper, fromBytes, left, toBytes);
                upper += 2 * fromBytes;
                left += 2 * Float.BYTES;
            }
        }
        for (int row = 0; row < STRIP && even < columns; row++) {
            column(even, columns, from + row * fromBytes, to + (long) row * Float.BYTES, toBytes);
        }
    }

    private static void square(long from, long fromBytes, long to, long toBytes) {
        long first = Memory.ALL.get(PAIR, Memory.at(from));
        long second = Memory.ALL.get(PAIR, Memory.at(from + fromBytes));
        Memory.ALL.set(PAIR, Memory.at(to), (first & LOW) | (second << Integer.SIZE));
        Memory.ALL.set(PAIR, Memory.at(to + toBytes), (first >>> Integer.SIZE) | (second & ~LOW));
    }

    /** One row of {@code from} becomes a column. */
    private static void column(int begin, int end, long from, long to, long toBytes) {
        for (int j = begin; j < end; j++) {
            float value = Memory.ALL.get(Lanes.FLOAT, Memory.at(from + (long) j * Float.BYTES));
            Memory.ALL.set(Lanes.FLOAT, Memory.at(to + j * toBytes), value);
        }
    }
}
