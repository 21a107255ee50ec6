package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.FLOAT;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Tiles 4 vectors wide, for 32 registers, as {@link GemmTile4}. */
final class OuterTile4 extends OuterTile {
    @Override
    int vectors() {
        return 4;
    }

    @Override
    void rows6(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c02 = c00;
        FloatVector c03 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c12 = c00;
        FloatVector c13 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c22 = c00;
        FloatVector c23 = c00;
        FloatVector c30 = c00;
        FloatVector c31 = c00;
        FloatVector c32 = c00;
        FloatVector c33 = c00;
        FloatVector c40 = c00;
        FloatVector c41 = c00;
        FloatVector c42 = c00;
        FloatVector c43 = c00;
        FloatVector c50 = c00;
        FloatVector c51 = c00;
        FloatVector c52 = c00;
        FloatVector c53 = c00;
        long x = a;
        long w = b;
        for (int p = 0; p < k; p++) {
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + Float.BYTES));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            c12 = x1.fma(w2, c12);
            c13 = x1.fma(w3, c13);
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 2 * Float.BYTES));
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            c22 = x2.fma(w2, c22);
            c23 = x2.fma(w3, c23);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 3 * Float.BYTES));
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            c32 = x3.fma(w2, c32);
            c33 = x3.fma(w3, c33);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 4 * Float.BYTES));
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
            c42 = x4.fma(w2, c42);
            c43 = x4.fma(w3, c43);
            FloatVector x5 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 5 * Float.BYTES));
            c50 = x5.fma(w0, c50);
            c51 = x5.fma(w1, c51);
            c52 = x5.fma(w2, c52);
            c53 = x5.fma(w3, c53);
            x += aStrideBytes;
            w += bStrideBytes;
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        c02.intoMemorySegment(Memory.ALL, c + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c03.intoMemorySegment(Memory.ALL, c + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        long row = c + cStrideBytes;
        c10.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c12.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c13.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c20.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c21.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c22.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c23.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c30.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c31.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c32.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c33.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c40.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c41.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c42.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c43.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c50.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c51.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c52.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c53.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows5(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c02 = c00;
        FloatVector c03 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c12 = c00;
        FloatVector c13 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c22 = c00;
        FloatVector c23 = c00;
        FloatVector c30 = c00;
        FloatVector c31 = c00;
        FloatVector c32 = c00;
        FloatVector c33 = c00;
        FloatVector c40 = c00;
        FloatVector c41 = c00;
        FloatVector c42 = c00;
        FloatVector c43 = c00;
        long x = a;
        long w = b;
        for (int p = 0; p < k; p++) {
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + Float.BYTES));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            c12 = x1.fma(w2, c12);
            c13 = x1.fma(w3, c13);
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 2 * Float.BYTES));
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            c22 = x2.fma(w2, c22);
            c23 = x2.fma(w3, c23);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 3 * Float.BYTES));
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            c32 = x3.fma(w2, c32);
            c33 = x3.fma(w3, c33);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x + 4 * Float.BYTES));
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
            c42 = x4.fma(w2, c42);
            c43 = x4.fma(w3, c43);
            x += aStrideBytes;
            w += bStrideBytes;
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        c02.intoMemorySegment(Memory.ALL, c + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c03.intoMemorySegment(Memory.ALL, c + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        long row = c + cStrideBytes;
        c10.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c12.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c13.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c20.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c21.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c22.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c23.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c30.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c31.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c32.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c33.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        row += cStrideBytes;
        c40.intoMemorySegment(Memory.ALL, row, LITTLE_ENDIAN);
        c41.intoMemorySegment(Memory.ALL, row + Lanes.BYTES, LITTLE_ENDIAN);
        c42.intoMemorySegment(Memory.ALL, row + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c43.intoMemorySegment(Memory.ALL, row + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows1(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c02 = c00;
        FloatVector c03 = c00;
        long x = a;
        long w = b;
        for (int p = 0; p < k; p++) {
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, x));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
            x += aStrideBytes;
            w += bStrideBytes;
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        c02.intoMemorySegment(Memory.ALL, c + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c03.intoMemorySegment(Memory.ALL, c + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }
}
