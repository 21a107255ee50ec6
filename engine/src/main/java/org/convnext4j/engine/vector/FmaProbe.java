package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** As many fused multiply-adds as a core can do, on registers alone. */
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
        // Tends to 1 from below and never leaves the normal numbers, which can be slower than the rest.
        FloatVector a = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector b = FloatVector.broadcast(SPECIES, 0.5f);
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
            s0 = a.fma(s0, b);
            s1 = a.fma(s1, b);
            s2 = a.fma(s2, b);
            s3 = a.fma(s3, b);
            s4 = a.fma(s4, b);
            s5 = a.fma(s5, b);
            s6 = a.fma(s6, b);
            s7 = a.fma(s7, b);
            s8 = a.fma(s8, b);
            s9 = a.fma(s9, b);
            s10 = a.fma(s10, b);
            s11 = a.fma(s11, b);
        }
        FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
        sum.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        return Lanes.sum(lanes);
    }
}
