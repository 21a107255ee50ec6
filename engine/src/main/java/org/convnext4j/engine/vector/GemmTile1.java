package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.FLOAT;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles 1 vector wide, for the outputs that the wide panels leave over.
 */
final class GemmTile1 extends GemmTile {
    private static final long STEP_BYTES = (long) LANES * Float.BYTES;

    @Override
    int vectors() {
        return 1;
    }

    @Override
    void rows6(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c20 = c00;
        FloatVector c30 = c00;
        FloatVector c40 = c00;
        FloatVector c50 = c00;
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
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a + at));
            c00 = x0.fma(w0, c00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a2 + at));
            c20 = x2.fma(w0, c20);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a3 + at));
            c30 = x3.fma(w0, c30);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a4 + at));
            c40 = x4.fma(w0, c40);
            FloatVector x5 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a5 + at));
            c50 = x5.fma(w0, c50);
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, c + cStrideBytes, LITTLE_ENDIAN);
        c20.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes, LITTLE_ENDIAN);
        c30.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes, LITTLE_ENDIAN);
        c40.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes, LITTLE_ENDIAN);
        c50.intoMemorySegment(Memory.ALL, c + 5 * cStrideBytes, LITTLE_ENDIAN);
    }

    @Override
    void rows5(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c20 = c00;
        FloatVector c30 = c00;
        FloatVector c40 = c00;
        long a1 = a + aStrideBytes;
        long a2 = a1 + aStrideBytes;
        long a3 = a2 + aStrideBytes;
        long a4 = a3 + aStrideBytes;
        long weights = panel + STEP_BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * STEP_BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a + at));
            c00 = x0.fma(w0, c00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a2 + at));
            c20 = x2.fma(w0, c20);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a3 + at));
            c30 = x3.fma(w0, c30);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a4 + at));
            c40 = x4.fma(w0, c40);
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, c + cStrideBytes, LITTLE_ENDIAN);
        c20.intoMemorySegment(Memory.ALL, c + 2 * cStrideBytes, LITTLE_ENDIAN);
        c30.intoMemorySegment(Memory.ALL, c + 3 * cStrideBytes, LITTLE_ENDIAN);
        c40.intoMemorySegment(Memory.ALL, c + 4 * cStrideBytes, LITTLE_ENDIAN);
    }

    @Override
    void rows2(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        long a1 = a + aStrideBytes;
        long weights = panel + STEP_BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * STEP_BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a + at));
            c00 = x0.fma(w0, c00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, c + cStrideBytes, LITTLE_ENDIAN);
    }

    @Override
    void rows1(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, panel, LITTLE_ENDIAN);
        long weights = panel + STEP_BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * STEP_BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a + at));
            c00 = x0.fma(w0, c00);
        }
        c00.intoMemorySegment(Memory.ALL, c, LITTLE_ENDIAN);
    }
}
