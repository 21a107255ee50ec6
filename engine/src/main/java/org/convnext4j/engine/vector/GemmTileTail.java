package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.FLOAT;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Tiles of less than one vector, stored under a mask: the last outputs of a width that is no multiple of the lanes.
 */
final class GemmTileTail extends GemmTile {
    private final int outputs;

    /** For a panel of which only the first {@code outputs} lanes count. */
    GemmTileTail(int outputs) {
        this.outputs = outputs;
    }

    @Override
    int vectors() {
        return 1;
    }

    @Override
    void rows6(
            int k,
            MemorySegment a,
            long aBytes,
            long aStrideBytes,
            MemorySegment panel,
            long panelBytes,
            MemorySegment c,
            long cBytes,
            long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, panel, panelBytes, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c20 = c00;
        FloatVector c30 = c00;
        FloatVector c40 = c00;
        FloatVector c50 = c00;
        long a1 = aBytes + aStrideBytes;
        long a2 = a1 + aStrideBytes;
        long a3 = a2 + aStrideBytes;
        long a4 = a3 + aStrideBytes;
        long a5 = a4 + aStrideBytes;
        long weights = panelBytes + Lanes.BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * Lanes.BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, panel, w, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a.get(FLOAT, aBytes + at));
            c00 = x0.fma(w0, c00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a2 + at));
            c20 = x2.fma(w0, c20);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a3 + at));
            c30 = x3.fma(w0, c30);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a4 + at));
            c40 = x4.fma(w0, c40);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a5 + at));
            c50 = x5.fma(w0, c50);
        }
        VectorMask<Float> mask = SPECIES.indexInRange(0, outputs);
        c00.intoMemorySegment(c, cBytes, LITTLE_ENDIAN, mask);
        c10.intoMemorySegment(c, cBytes + cStrideBytes, LITTLE_ENDIAN, mask);
        c20.intoMemorySegment(c, cBytes + 2 * cStrideBytes, LITTLE_ENDIAN, mask);
        c30.intoMemorySegment(c, cBytes + 3 * cStrideBytes, LITTLE_ENDIAN, mask);
        c40.intoMemorySegment(c, cBytes + 4 * cStrideBytes, LITTLE_ENDIAN, mask);
        c50.intoMemorySegment(c, cBytes + 5 * cStrideBytes, LITTLE_ENDIAN, mask);
    }

    @Override
    void rows5(
            int k,
            MemorySegment a,
            long aBytes,
            long aStrideBytes,
            MemorySegment panel,
            long panelBytes,
            MemorySegment c,
            long cBytes,
            long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, panel, panelBytes, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c20 = c00;
        FloatVector c30 = c00;
        FloatVector c40 = c00;
        long a1 = aBytes + aStrideBytes;
        long a2 = a1 + aStrideBytes;
        long a3 = a2 + aStrideBytes;
        long a4 = a3 + aStrideBytes;
        long weights = panelBytes + Lanes.BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * Lanes.BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, panel, w, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a.get(FLOAT, aBytes + at));
            c00 = x0.fma(w0, c00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a2 + at));
            c20 = x2.fma(w0, c20);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a3 + at));
            c30 = x3.fma(w0, c30);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a4 + at));
            c40 = x4.fma(w0, c40);
        }
        VectorMask<Float> mask = SPECIES.indexInRange(0, outputs);
        c00.intoMemorySegment(c, cBytes, LITTLE_ENDIAN, mask);
        c10.intoMemorySegment(c, cBytes + cStrideBytes, LITTLE_ENDIAN, mask);
        c20.intoMemorySegment(c, cBytes + 2 * cStrideBytes, LITTLE_ENDIAN, mask);
        c30.intoMemorySegment(c, cBytes + 3 * cStrideBytes, LITTLE_ENDIAN, mask);
        c40.intoMemorySegment(c, cBytes + 4 * cStrideBytes, LITTLE_ENDIAN, mask);
    }

    @Override
    void rows2(
            int k,
            MemorySegment a,
            long aBytes,
            long aStrideBytes,
            MemorySegment panel,
            long panelBytes,
            MemorySegment c,
            long cBytes,
            long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, panel, panelBytes, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        long a1 = aBytes + aStrideBytes;
        long weights = panelBytes + Lanes.BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * Lanes.BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, panel, w, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a.get(FLOAT, aBytes + at));
            c00 = x0.fma(w0, c00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
        }
        VectorMask<Float> mask = SPECIES.indexInRange(0, outputs);
        c00.intoMemorySegment(c, cBytes, LITTLE_ENDIAN, mask);
        c10.intoMemorySegment(c, cBytes + cStrideBytes, LITTLE_ENDIAN, mask);
    }

    @Override
    void rows1(
            int k,
            MemorySegment a,
            long aBytes,
            long aStrideBytes,
            MemorySegment panel,
            long panelBytes,
            MemorySegment c,
            long cBytes,
            long cStrideBytes) {
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, panel, panelBytes, LITTLE_ENDIAN);
        long weights = panelBytes + Lanes.BYTES;
        for (int p = 0; p < k; p++) {
            long at = (long) p * Float.BYTES;
            long w = weights + p * Lanes.BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, panel, w, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a.get(FLOAT, aBytes + at));
            c00 = x0.fma(w0, c00);
        }
        VectorMask<Float> mask = SPECIES.indexInRange(0, outputs);
        c00.intoMemorySegment(c, cBytes, LITTLE_ENDIAN, mask);
    }
}
