package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.FLOAT;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles 2 vectors wide, for 16 registers or for what the wide ones leave over; with {@link GemmTile2}'s way to keep them
 * there.
 */
final class OuterTile2 extends OuterTile {
    @Override
    int vectors() {
        return 2;
    }

    @Override
    void rows6(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c30 = c00;
        FloatVector c31 = c00;
        FloatVector c40 = c00;
        FloatVector c41 = c00;
        FloatVector c50 = c00;
        FloatVector c51 = c00;
        long x = a;
        long w = b;
        for (int p = 0; p < k; p++) {
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + Float.BYTES));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            if (p == k) {
                break;
            }
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 2 * Float.BYTES));
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 3 * Float.BYTES));
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 4 * Float.BYTES));
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
            FloatVector x5 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 5 * Float.BYTES));
            c50 = x5.fma(w0, c50);
            c51 = x5.fma(w1, c51);
            x += aStrideBytes;
            w += bStrideBytes;
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        long row = c + cStrideBytes;
        c10.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c20.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c21.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c30.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c31.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c40.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c41.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c50.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c51.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows5(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c30 = c00;
        FloatVector c31 = c00;
        FloatVector c40 = c00;
        FloatVector c41 = c00;
        long x = a;
        long w = b;
        for (int p = 0; p < k; p++) {
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + Float.BYTES));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            if (p == k) {
                break;
            }
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 2 * Float.BYTES));
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 3 * Float.BYTES));
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 4 * Float.BYTES));
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
            x += aStrideBytes;
            w += bStrideBytes;
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        long row = c + cStrideBytes;
        c10.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c20.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c21.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c30.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c31.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c40.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c41.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows1(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        long x = a;
        long w = b;
        for (int p = 0; p < k; p++) {
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            x += aStrideBytes;
            w += bStrideBytes;
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
    }
}
