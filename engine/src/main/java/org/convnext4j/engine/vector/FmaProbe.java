package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * As many fused multiply-adds as a core can do, on registers alone.
 *
 * <p>Each adds to a sum, as in a product: the instruction overwrites its addend, so that a constant one would have to be
 * copied first. That made the probe 88 GFLOP/s of 101 on Zen 3.
 */
final class FmaProbe {
    /**
     * Sums that do not wait for each other. Today's cores start two a cycle and take four cycles for each, so that eight
     * would do; twelve still fit into AVX2's sixteen registers.
     */
    private static final int SUMS = 12;

    /** Floating-point operations of one step of {@link #run}: a multiply-add is two. */
    static final long OPERATIONS_PER_STEP = 2L * SUMS * LANES;

    private FmaProbe() {}

    /** Does the steps; the result only keeps the compiler from leaving them out. */
    static float run(int steps) {
        long lanes = Scratch.address();
        // The sums grow by 2^-10 a step, until that is rounded away: they stay normal numbers, whose speed is the usual
        // one.
        FloatVector a = FloatVector.broadcast(SPECIES, 0x1p-5f);
        FloatVector b = FloatVector.broadcast(SPECIES, 0x1p-5f);
        FloatVector s0 = FloatVector.broadcast(SPECIES, 0.1f);
        FloatVector s1 = FloatVector.broadcast(SPECIES, 0.2f);
        FloatVector s2 = FloatVector.broadcast(SPECIES, 0.3f);
        FloatVector s3 = FloatVector.broadcast(SPECIES, 0.4f);
        FloatVector s4 = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector s5 = FloatVector.broadcast(SPECIES, 0.6f);
        FloatVector s6 = FloatVector.broadcast(SPECIES, 0.7f);
        FloatVector s7 = FloatVector.broadcast(SPECIES, 0.8f);
        FloatVector s8 = FloatVector.broadcast(SPECIES, 0.9f);
        FloatVector s9 = FloatVector.broadcast(SPECIES, 1.1f);
        FloatVector s10 = FloatVector.broadcast(SPECIES, 1.2f);
        FloatVector s11 = FloatVector.broadcast(SPECIES, 1.3f);
        for (int step = 0; step < steps; step++) {
            s0 = a.fma(b, s0);
            s1 = a.fma(b, s1);
            s2 = a.fma(b, s2);
            s3 = a.fma(b, s3);
            s4 = a.fma(b, s4);
            s5 = a.fma(b, s5);
            s6 = a.fma(b, s6);
            s7 = a.fma(b, s7);
            s8 = a.fma(b, s8);
            s9 = a.fma(b, s9);
            s10 = a.fma(b, s10);
            s11 = a.fma(b, s11);
        }
        FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
        sum.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        return Lanes.sum(lanes);
    }
}
