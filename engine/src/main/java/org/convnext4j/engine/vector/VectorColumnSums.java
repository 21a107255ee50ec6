package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.gradient.ColumnSums;

/**
 * Sums over rows in three stages, all in registers: no chain of additions is longer than 64 up to 262,144 rows. Four
 * vectors of columns at a time read whole cache lines side by side and keep four additions under way.
 */
final class VectorColumnSums implements ColumnSums {
    private static final int WIDE = 4;
    private static final int OUTER_ROWS = BLOCK_ROWS * BLOCK_ROWS;

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void sum(
            int rows,
            int columnBegin,
            int columnEnd,
            boolean accumulate,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes) {
        ColumnSums.checkSum(rows, columnBegin, columnEnd, x, xBytes, xStride, y, yBytes);
        int columns = columnEnd - columnBegin;
        long offset = (long) columnBegin * Float.BYTES;
        long from = Memory.address(x, xBytes + offset, Memory.span(rows, xStride, columns));
        long to = Memory.writable(y, yBytes + offset, columns);
        long rowBytes = (long) xStride * Float.BYTES;
        int column = 0;
        for (; column + WIDE * LANES <= columns; column += WIDE * LANES) {
            long at = (long) column * Float.BYTES;
            wide(rows, accumulate, from + at, rowBytes, to + at);
        }
        for (; column < columns; column += LANES) {
            long at = (long) column * Float.BYTES;
            narrow(Math.min(LANES, columns - column), rows, accumulate, from + at, rowBytes, to + at);
        }
    }

    private static void wide(int rows, boolean accumulate, long x, long rowBytes, long y) {
        FloatVector top0 = FloatVector.zero(SPECIES);
        FloatVector top1 = top0;
        FloatVector top2 = top0;
        FloatVector top3 = top0;
        for (int outer = 0; outer < rows; outer += OUTER_ROWS) {
            FloatVector mid0 = FloatVector.zero(SPECIES);
            FloatVector mid1 = mid0;
            FloatVector mid2 = mid0;
            FloatVector mid3 = mid0;
            int outerEnd = Math.min(rows - outer, OUTER_ROWS) + outer;
            for (int block = outer; block < outerEnd; block += BLOCK_ROWS) {
                FloatVector s0 = FloatVector.zero(SPECIES);
                FloatVector s1 = s0;
                FloatVector s2 = s0;
                FloatVector s3 = s0;
                long blockAddress = x + block * rowBytes;
                int count = Math.min(outerEnd - block, BLOCK_ROWS);
                for (int row = 0; row < count; row++) {
                    long at = blockAddress + row * rowBytes;
                    s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                            .add(s0);
                    s1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN)
                            .add(s1);
                    s2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                            .add(s2);
                    s3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * Lanes.BYTES, LITTLE_ENDIAN)
                            .add(s3);
                }
                mid0 = s0.add(mid0);
                mid1 = s1.add(mid1);
                mid2 = s2.add(mid2);
                mid3 = s3.add(mid3);
            }
            top0 = mid0.add(top0);
            top1 = mid1.add(top1);
            top2 = mid2.add(top2);
            top3 = mid3.add(top3);
        }
        if (accumulate) {
            top0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, LITTLE_ENDIAN)
                    .add(top0);
            top1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + Lanes.BYTES, LITTLE_ENDIAN)
                    .add(top1);
            top2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                    .add(top2);
            top3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + 3 * Lanes.BYTES, LITTLE_ENDIAN)
                    .add(top3);
        }
        top0.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
        top1.intoMemorySegment(Memory.ALL, y + Lanes.BYTES, LITTLE_ENDIAN);
        top2.intoMemorySegment(Memory.ALL, y + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        top3.intoMemorySegment(Memory.ALL, y + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    /** The first {@code used} lanes of one vector, in the same order of additions. */
    private static void narrow(int used, int rows, boolean accumulate, long x, long rowBytes, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector top = FloatVector.zero(SPECIES);
        for (int outer = 0; outer < rows; outer += OUTER_ROWS) {
            FloatVector mid = FloatVector.zero(SPECIES);
            int outerEnd = Math.min(rows - outer, OUTER_ROWS) + outer;
            for (int block = outer; block < outerEnd; block += BLOCK_ROWS) {
                FloatVector sum = FloatVector.zero(SPECIES);
                long blockAddress = x + block * rowBytes;
                int count = Math.min(outerEnd - block, BLOCK_ROWS);
                for (int row = 0; row < count; row++) {
                    sum = FloatVector.fromMemorySegment(
                                    SPECIES, Memory.ALL, blockAddress + row * rowBytes, LITTLE_ENDIAN, mask)
                            .add(sum);
                }
                mid = sum.add(mid);
            }
            top = mid.add(top);
        }
        if (accumulate) {
            top = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, LITTLE_ENDIAN, mask)
                    .add(top);
        }
        top.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }
}
