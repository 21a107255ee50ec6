package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.convnext4j.engine.tensor.Tensor;

/**
 * A matrix amid guard floats: before the first row, between rows and, for every other matrix, after the last one;
 * without a guard there, reading too far leaves the segment and throws. Guards are NaN, so a kernel that lets one into
 * a result is caught, with bits of their own, so that overwriting one is too. Elements start as guards.
 */
final class Guarded {
    private static final int GUARD = 0x7fc0_beef;

    private final MemorySegment segment;
    private final int lead;
    private final int rows;
    private final int columns;
    private final int stride;

    private Guarded(Arena arena, int rows, int columns, int stride, int lead, int trail) {
        this.rows = rows;
        this.columns = columns;
        this.stride = Math.max(1, stride); // of an empty row, too
        this.lead = lead;
        long floats = lead + (rows == 0 ? 0 : (rows - 1L) * this.stride + columns) + trail;
        segment = arena.allocate(floats * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        for (long i = 0; i < floats; i++) {
            segment.setAtIndex(Tensor.FLOAT, i, Float.intBitsToFloat(GUARD));
        }
    }

    /** A matrix with random gaps between its rows. */
    static Guarded strided(Arena arena, Random random, int rows, int columns) {
        int stride = columns + (random.nextBoolean() ? 0 : random.nextInt(20));
        return new Guarded(arena, rows, columns, stride, random.nextInt(20), random.nextBoolean() ? 0 : 19);
    }

    /** A matrix without gaps between its rows. */
    static Guarded dense(Arena arena, Random random, int rows, int columns) {
        return new Guarded(arena, rows, columns, columns, random.nextInt(20), random.nextBoolean() ? 0 : 19);
    }

    /** A matrix of the same rows, columns, stride and offset. */
    Guarded sameLayout(Arena arena) {
        int trail = (int) (segment.byteSize() / Float.BYTES - bytes(rows - 1) / Float.BYTES - columns);
        return new Guarded(arena, rows, columns, stride, lead, trail);
    }

    MemorySegment segment() {
        return segment;
    }

    /** The offset of row 0. */
    long bytes() {
        return bytes(0);
    }

    long bytes(int row) {
        return (lead + (long) row * stride) * Float.BYTES;
    }

    int stride() {
        return stride;
    }

    /** Sets every element, row-major. */
    Guarded fill(float[] values) {
        assertEquals(rows * columns, values.length);
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(values, row * columns, segment, Tensor.FLOAT, bytes(row), columns);
        }
        return this;
    }

    /** Every element, row-major. */
    float[] values() {
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(segment, Tensor.FLOAT, bytes(row), values, row * columns, columns);
        }
        return values;
    }

    /** Fails if a float that is not an element has changed. */
    void assertGuards(String what) {
        assertOnlyWritten(what, 0, columns);
    }

    /** Fails if a float that is not an element has changed; elements need not be written: for scratch memory. */
    void assertGuardsOutside(String what) {
        for (long i = 0; i < segment.byteSize() / Float.BYTES; i++) {
            long offset = i - lead;
            boolean element = offset >= 0 && offset / stride < rows && offset % stride < columns;
            if (!element && Float.floatToRawIntBits(segment.getAtIndex(Tensor.FLOAT, i)) != GUARD) {
                fail(what + ": float " + offset + " from the first element was overwritten");
            }
        }
    }

    /** Fails if a float outside these columns has changed; the elements inside must be written. */
    void assertOnlyWritten(String what, int columnBegin, int columnEnd) {
        for (long i = 0; i < segment.byteSize() / Float.BYTES; i++) {
            long offset = i - lead;
            long column = offset < 0 ? -1 : offset % stride;
            boolean element = offset >= 0 && offset / stride < rows && column >= columnBegin && column < columnEnd;
            boolean guard = Float.floatToRawIntBits(segment.getAtIndex(Tensor.FLOAT, i)) == GUARD;
            if (element == guard) {
                fail(what + ": float " + offset + " from the first element, row length " + columns + ", stride "
                        + stride + (guard ? " was not written" : " was overwritten"));
            }
        }
    }
}
