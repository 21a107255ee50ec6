package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.FLOAT;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles 4 vectors wide, for 32 registers: at 6 rows 24 sums, 4 weights and a broadcast take 29.
 */
final class GemmTile4 extends GemmTile {
    private static final long STEP_BYTES = 4L * LANES * Float.BYTES;

    @Override
    int vectors() {
        return 4;
    }

    @Override
    void rows6(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel, LITTLE_ENDIAN);
        FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c02 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c03 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c22 = c02;
        FloatVector c23 = c03;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c32 = c02;
        FloatVector c33 = c03;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        FloatVector c42 = c02;
        FloatVector c43 = c03;
        FloatVector c50 = c00;
        FloatVector c51 = c01;
        FloatVector c52 = c02;
        FloatVector c53 = c03;
        long a1 = a + aStrideBytes;
        long a2 = a1 + aStrideBytes;
        long a3 = a2 + aStrideBytes;
        long a4 = a3 + aStrideBytes;
        long a5 = a4 + aStrideBytes;
        long weights = panel + STEP_BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * STEP_BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a + at));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            c12 = x1.fma(w2, c12);
            c13 = x1.fma(w3, c13);
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a2 + at));
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            c22 = x2.fma(w2, c22);
            c23 = x2.fma(w3, c23);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a3 + at));
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            c32 = x3.fma(w2, c32);
            c33 = x3.fma(w3, c33);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a4 + at));
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
            c42 = x4.fma(w2, c42);
            c43 = x4.fma(w3, c43);
            FloatVector x5 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a5 + at));
            c50 = x5.fma(w0, c50);
            c51 = x5.fma(w1, c51);
            c52 = x5.fma(w2, c52);
            c53 = x5.fma(w3, c53);
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        c02.intoMemorySegment(Memory.ALL, c + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c03.intoMemorySegment(Memory.ALL, c + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, c + cStrideBytes, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, c + cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c12.intoMemorySegment(Memory.ALL, c + cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c13.intoMemorySegment(Memory.ALL, c + cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c20.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes, LITTLE_ENDIAN);
        c21.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c22.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c23.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c30.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes, LITTLE_ENDIAN);
        c31.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c32.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c33.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c40.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes, LITTLE_ENDIAN);
        c41.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c42.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c43.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c50.intoMemorySegment(Memory.ALL, c + 5 * cStrideBytes, LITTLE_ENDIAN);
        c51.intoMemorySegment(Memory.ALL, c + 5 * cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c52.intoMemorySegment(Memory.ALL, c + 5 * cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c53.intoMemorySegment(Memory.ALL, c + 5 * cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows5(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel, LITTLE_ENDIAN);
        FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c02 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c03 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c22 = c02;
        FloatVector c23 = c03;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c32 = c02;
        FloatVector c33 = c03;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        FloatVector c42 = c02;
        FloatVector c43 = c03;
        long a1 = a + aStrideBytes;
        long a2 = a1 + aStrideBytes;
        long a3 = a2 + aStrideBytes;
        long a4 = a3 + aStrideBytes;
        long weights = panel + STEP_BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * STEP_BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a + at));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            c12 = x1.fma(w2, c12);
            c13 = x1.fma(w3, c13);
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a2 + at));
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            c22 = x2.fma(w2, c22);
            c23 = x2.fma(w3, c23);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a3 + at));
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            c32 = x3.fma(w2, c32);
            c33 = x3.fma(w3, c33);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a4 + at));
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
            c42 = x4.fma(w2, c42);
            c43 = x4.fma(w3, c43);
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        c02.intoMemorySegment(Memory.ALL, c + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c03.intoMemorySegment(Memory.ALL, c + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, c + cStrideBytes, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, c + cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c12.intoMemorySegment(Memory.ALL, c + cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c13.intoMemorySegment(Memory.ALL, c + cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c20.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes, LITTLE_ENDIAN);
        c21.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c22.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c23.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c30.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes, LITTLE_ENDIAN);
        c31.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c32.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c33.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c40.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes, LITTLE_ENDIAN);
        c41.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c42.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c43.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows2(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel, LITTLE_ENDIAN);
        FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c02 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c03 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        long a1 = a + aStrideBytes;
        long weights = panel + STEP_BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * STEP_BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a + at));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            c12 = x1.fma(w2, c12);
            c13 = x1.fma(w3, c13);
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        c02.intoMemorySegment(Memory.ALL, c + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c03.intoMemorySegment(Memory.ALL, c + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, c + cStrideBytes, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, c + cStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c12.intoMemorySegment(Memory.ALL, c + cStrideBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c13.intoMemorySegment(Memory.ALL, c + cStrideBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows1(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel, LITTLE_ENDIAN);
        FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c02 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c03 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        long weights = panel + STEP_BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * STEP_BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a + at));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, c + Lanes.BYTES, LITTLE_ENDIAN);
        c02.intoMemorySegment(Memory.ALL, c + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        c03.intoMemorySegment(Memory.ALL, c + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }
}
