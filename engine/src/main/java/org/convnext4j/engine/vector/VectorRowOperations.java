package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.convnext4j.engine.kernel.gradient.RowOperations;

/** Row by row; a dot product runs in two vectors so that consecutive products need not wait for each other. */
final class VectorRowOperations implements RowOperations {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void dots(
            int rows,
            int columns,
            MemorySegment a,
            long aBytes,
            int aStride,
            MemorySegment b,
            long bBytes,
            int bStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes) {
        RowOperations.checkDots(rows, columns, a, aBytes, aStride, b, bBytes, bStride, y, yBytes);
        long aAddress = Memory.address(a, aBytes, Memory.span(rows, aStride, columns));
        long bAddress = Memory.address(b, bBytes, Memory.span(rows, bStride, columns));
        long to = Memory.writable(y, yBytes, rows);
        long lanes = Scratch.address();
        for (int row = 0; row < rows; row++) {
            float dot = dot(
                    columns,
                    aAddress + (long) row * aStride * Float.BYTES,
                    bAddress + (long) row * bStride * Float.BYTES,
                    lanes);
            long at = to + (long) row * Float.BYTES;
            Memory.ALL.set(Lanes.FLOAT, at, accumulate ? Memory.ALL.get(Lanes.FLOAT, at) + dot : dot);
        }
    }

    @Override
    public void scaleRows(
            int rows,
            int columns,
            MemorySegment factors,
            long factorsBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes,
            int yStride) {
        RowOperations.checkScaleRows(rows, columns, factors, factorsBytes, x, xBytes, xStride, y, yBytes, yStride);
        long scales = Memory.address(factors, factorsBytes, rows);
        long from = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long to = Memory.writable(y, yBytes, Memory.span(rows, yStride, columns));
        for (int row = 0; row < rows; row++) {
            float factor = Memory.ALL.get(Lanes.FLOAT, scales + (long) row * Float.BYTES);
            long in = from + (long) row * xStride * Float.BYTES;
            row(columns, factor, in, accumulate, to + (long) row * yStride * Float.BYTES);
        }
    }

    @Override
    public void scale(
            int rows,
            int columns,
            float factor,
            MemorySegment x,
            long xBytes,
            int xStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes,
            int yStride) {
        RowOperations.checkScale(rows, columns, x, xBytes, xStride, y, yBytes, yStride);
        long from = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long to = Memory.writable(y, yBytes, Memory.span(rows, yStride, columns));
        for (int row = 0; row < rows; row++) {
            long in = from + (long) row * xStride * Float.BYTES;
            row(columns, factor, in, accumulate, to + (long) row * yStride * Float.BYTES);
        }
    }

    private static float dot(int columns, long a, long b, long lanes) {
        int pairs = columns - columns % (2 * LANES);
        FloatVector even = FloatVector.zero(SPECIES);
        FloatVector odd = FloatVector.zero(SPECIES);
        for (int i = 0; i < pairs; i += 2 * LANES) {
            long at = (long) i * Float.BYTES;
            even = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, a + at, LITTLE_ENDIAN)
                    .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, b + at, LITTLE_ENDIAN), even);
            long next = at + Lanes.BYTES;
            odd = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, a + next, LITTLE_ENDIAN)
                    .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, b + next, LITTLE_ENDIAN), odd);
        }
        even.add(odd).intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        float sum = Lanes.sum(lanes);
        for (int i = pairs; i < columns; i++) {
            long at = (long) i * Float.BYTES;
            sum = Math.fma(Memory.ALL.get(Lanes.FLOAT, a + at), Memory.ALL.get(Lanes.FLOAT, b + at), sum);
        }
        return sum;
    }

    private static void row(int columns, float factor, long x, boolean accumulate, long y) {
        if (accumulate) {
            add(columns, factor, x, y);
        } else {
            multiply(columns, factor, x, y);
        }
    }

    private static void add(int columns, float factor, long x, long y) {
        FloatVector factors = FloatVector.broadcast(SPECIES, factor);
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .fma(factors, FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
        for (int i = whole; i < columns; i++) {
            long at = (long) i * Float.BYTES;
            float sum = Math.fma(Memory.ALL.get(Lanes.FLOAT, x + at), factor, Memory.ALL.get(Lanes.FLOAT, y + at));
            Memory.ALL.set(Lanes.FLOAT, y + at, sum);
        }
    }

    /** {@code y = factor x} over one row, which may be in place. */
    static void multiply(int columns, float factor, long x, long y) {
        FloatVector factors = FloatVector.broadcast(SPECIES, factor);
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .mul(factors)
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
        for (int i = whole; i < columns; i++) {
            long at = (long) i * Float.BYTES;
            Memory.ALL.set(Lanes.FLOAT, y + at, Memory.ALL.get(Lanes.FLOAT, x + at) * factor);
        }
    }
}
