package org.convnext4j.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Off-heap floats and the plain loops that results are compared with. */
final class Floats {
    private Floats() {}

    /** Values in [-1, 1). */
    static MemorySegment random(Arena arena, Random random, long count) {
        MemorySegment segment = arena.allocate(ValueLayout.JAVA_FLOAT, Math.max(1, count));
        for (long i = 0; i < count; i++) {
            set(segment, i, random.nextFloat() * 2 - 1);
        }
        return segment;
    }

    static float get(MemorySegment segment, long index) {
        return segment.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    static void set(MemorySegment segment, long index, float value) {
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    /** Element (row, column) of op(X). */
    static double element(MemorySegment x, boolean transposed, int row, int column, int ld) {
        return get(x, transposed ? (long) column * ld + row : (long) row * ld + column);
    }

    /**
     * The most by which a float result may differ from one in double. Each of the k products, k sums and the scaling
     * steps rounds with a relative error of at most 2^-24; with values, alpha and beta within [-1, 1] and [-2, 2] no
     * partial sum exceeds 2k + 2, so k + 3 roundings stay below the product of the two.
     */
    static double tolerance(int k) {
        return (k + 3) * (2.0 * k + 2) * 0x1p-24;
    }
}
