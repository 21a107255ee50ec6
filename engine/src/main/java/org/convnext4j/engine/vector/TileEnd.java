package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * What becomes of a tile's sums ({@link GemmTile}): one row at a time they are added to the bias, or to what earlier
 * blocks of inputs came to, and perhaps to the residual. All operands are addresses that the caller has checked.
 */
final class TileEnd {
    private TileEnd() {}

    /** {@code y = sums + base} over one row; {@code base} may be {@code y}. */
    static void add(int columns, long sums, long base, long y) {
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            load(sums + at).add(load(base + at)).intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            tail(columns - whole, sums + at, base + at, y + at);
        }
    }

    /** {@code y = sums + base + residual} over one row; {@code base} may be {@code y}, {@code residual} not. */
    static void add(int columns, long sums, long base, long residual, long y) {
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            load(sums + at)
                    .add(load(base + at))
                    .add(load(residual + at))
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            tail(columns - whole, sums + at, base + at, y + at);
            tail(columns - whole, y + at, residual + at, y + at);
        }
    }

    /** A method of its own: with masked vectors in the same one, C2 makes objects of some. */
    private static void tail(int used, long sums, long base, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        load(sums, mask).add(load(base, mask)).intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, LITTLE_ENDIAN);
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, LITTLE_ENDIAN, mask);
    }
}
