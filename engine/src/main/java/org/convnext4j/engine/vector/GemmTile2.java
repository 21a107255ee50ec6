package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.FLOAT;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles 2 vectors wide, for the 16 registers of AVX2: at 6 rows 12 sums, 2 weights and 2 broadcasts take all of them.
 *
 * <p>C2 orders the instructions of a basic block by latency, so that all loads come before the first multiply-add: with
 * six broadcasts in registers it kept 4 of the sums in memory, and a sum's way there and back takes longer than the
 * whole step. The comparison in the middle of the loop, which never holds, ends the block after two rows, and the loads
 * of the other rows stay behind it: 126 GFLOP/s in place of 56, of 127 that a core can do (Zen 5, 6 rows of 384 inputs).
 * After one row or three it is 56 and 53 again. Tiles of 3x3 and 4x2 would fit without it, but C2 unrolls so short a loop
 * until they spill as well: 75 and 78.
 *
 * <p>A core that takes 6 instructions a cycle, not 8, has no room for more than 36 in the 6 cycles of the 12 multiply-adds.
 * Plain addresses cost 44, for C2 must check each and add it up in a register of its own: 69 GFLOP/s (Zen 3). With {@link
 * Memory#at} and {@link Memory#offset} it checks nothing, runs no first and last steps in copies of the loop, and lets the
 * loads add: 28 instructions and 0.9 KB of code in place of 5, and 98 of 101 GFLOP/s. Counting floats of the weights, not
 * inputs, is what makes 31 of them 28, and saves 3 % where another thread has its part of the core.
 */
final class GemmTile2 extends GemmTile {
    /** Floats of the weights of one input. */
    private static final int STEP = 2 * LANES;

    @Override
    int vectors() {
        return 2;
    }

    @Override
    void rows6(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        int steps = (k & MAX_INPUTS) * STEP;
        long bias = Memory.at(panel);
        long weights = bias + Memory.offset(STEP);
        long y = Memory.at(c);
        long yStrideBytes = Memory.at(cStrideBytes);
        long a0 = Memory.at(a);
        long a1 = Memory.at(a + aStrideBytes);
        long a2 = Memory.at(a + 2 * aStrideBytes);
        long a3 = Memory.at(a + 3 * aStrideBytes);
        long a4 = Memory.at(a + 4 * aStrideBytes);
        long a5 = Memory.at(a + 5 * aStrideBytes);
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN);
        FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias + Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        FloatVector c50 = c00;
        FloatVector c51 = c01;
        for (int i = 0; i < steps; i += STEP) {
            long at = Memory.offset(i / STEP);
            long w = weights + Memory.offset(i);
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a0 + at));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            if (i == steps) {
                break;
            }
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a2 + at));
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a3 + at));
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a4 + at));
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
            FloatVector x5 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a5 + at));
            c50 = x5.fma(w0, c50);
            c51 = x5.fma(w1, c51);
        }
        c00.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, y + Lanes.BYTES, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, y + yStrideBytes, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, y + yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c20.intoMemorySegment(Memory.ALL, y + 2 * yStrideBytes, LITTLE_ENDIAN);
        c21.intoMemorySegment(Memory.ALL, y + 2 * yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c30.intoMemorySegment(Memory.ALL, y + 3 * yStrideBytes, LITTLE_ENDIAN);
        c31.intoMemorySegment(Memory.ALL, y + 3 * yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c40.intoMemorySegment(Memory.ALL, y + 4 * yStrideBytes, LITTLE_ENDIAN);
        c41.intoMemorySegment(Memory.ALL, y + 4 * yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c50.intoMemorySegment(Memory.ALL, y + 5 * yStrideBytes, LITTLE_ENDIAN);
        c51.intoMemorySegment(Memory.ALL, y + 5 * yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows5(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        int steps = (k & MAX_INPUTS) * STEP;
        long bias = Memory.at(panel);
        long weights = bias + Memory.offset(STEP);
        long y = Memory.at(c);
        long yStrideBytes = Memory.at(cStrideBytes);
        long a0 = Memory.at(a);
        long a1 = Memory.at(a + aStrideBytes);
        long a2 = Memory.at(a + 2 * aStrideBytes);
        long a3 = Memory.at(a + 3 * aStrideBytes);
        long a4 = Memory.at(a + 4 * aStrideBytes);
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN);
        FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias + Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        for (int i = 0; i < steps; i += STEP) {
            long at = Memory.offset(i / STEP);
            long w = weights + Memory.offset(i);
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a0 + at));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            if (i == steps) {
                break;
            }
            FloatVector x2 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a2 + at));
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            FloatVector x3 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a3 + at));
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            FloatVector x4 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a4 + at));
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
        }
        c00.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, y + Lanes.BYTES, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, y + yStrideBytes, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, y + yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c20.intoMemorySegment(Memory.ALL, y + 2 * yStrideBytes, LITTLE_ENDIAN);
        c21.intoMemorySegment(Memory.ALL, y + 2 * yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c30.intoMemorySegment(Memory.ALL, y + 3 * yStrideBytes, LITTLE_ENDIAN);
        c31.intoMemorySegment(Memory.ALL, y + 3 * yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
        c40.intoMemorySegment(Memory.ALL, y + 4 * yStrideBytes, LITTLE_ENDIAN);
        c41.intoMemorySegment(Memory.ALL, y + 4 * yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows2(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        int steps = (k & MAX_INPUTS) * STEP;
        long bias = Memory.at(panel);
        long weights = bias + Memory.offset(STEP);
        long y = Memory.at(c);
        long yStrideBytes = Memory.at(cStrideBytes);
        long a0 = Memory.at(a);
        long a1 = Memory.at(a + aStrideBytes);
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN);
        FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias + Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        for (int i = 0; i < steps; i += STEP) {
            long at = Memory.offset(i / STEP);
            long w = weights + Memory.offset(i);
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a0 + at));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            FloatVector x1 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a1 + at));
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
        }
        c00.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, y + Lanes.BYTES, LITTLE_ENDIAN);
        c10.intoMemorySegment(Memory.ALL, y + yStrideBytes, LITTLE_ENDIAN);
        c11.intoMemorySegment(Memory.ALL, y + yStrideBytes + Lanes.BYTES, LITTLE_ENDIAN);
    }

    @Override
    void rows1(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes) {
        int steps = (k & MAX_INPUTS) * STEP;
        long bias = Memory.at(panel);
        long weights = bias + Memory.offset(STEP);
        long y = Memory.at(c);
        long a0 = Memory.at(a);
        FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN);
        FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias + Lanes.BYTES, LITTLE_ENDIAN);
        for (int i = 0; i < steps; i += STEP) {
            long at = Memory.offset(i / STEP);
            long w = weights + Memory.offset(i);
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(SPECIES, Memory.ALL.get(FLOAT, a0 + at));
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
        }
        c00.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
        c01.intoMemorySegment(Memory.ALL, y + Lanes.BYTES, LITTLE_ENDIAN);
    }
}
