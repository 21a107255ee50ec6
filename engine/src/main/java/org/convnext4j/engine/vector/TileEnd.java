package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * What becomes of a tile ({@link GemmTile}) while it is in the first-level cache. All operands are addresses that the
 * caller has checked; strides are in bytes.
 */
final class TileEnd {
    private TileEnd() {}

    /** {@code y += x}. */
    static void add(int rows, int columns, long x, long xStride, long y, long yStride) {
        for (int r = 0; r < rows; r++) {
            addRow(columns, x + r * xStride, y + r * yStride);
        }
    }

    /** {@code y = x}. */
    static void copy(int rows, int columns, long x, long xStride, long y, long yStride) {
        for (int r = 0; r < rows; r++) {
            long from = x + r * xStride;
            long to = y + r * yStride;
            MemorySegment.copy(Memory.ALL, Lanes.FLOAT, from, Memory.ALL, Lanes.FLOAT, to, columns);
        }
    }

    /** {@code y = gelu(y)}. */
    static void gelu(int rows, int columns, long y, long yStride) {
        VectorGelu.rows(rows, columns, y, yStride, y, yStride);
    }

    private static void addRow(int columns, long x, long y) {
        long from = Memory.at(x);
        long to = Memory.at(y);
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = Memory.offset(i);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, to + at, LITTLE_ENDIAN)
                    .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, to + at, LITTLE_ENDIAN);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            addTail(columns - whole, x + at, y + at);
        }
    }

    /** A method of its own: with masked vectors in the same one, C2 makes objects of some. */
    private static void addTail(int used, long x, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, LITTLE_ENDIAN, mask)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, LITTLE_ENDIAN, mask))
                .intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }
}
