package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Reads memory as fast as a core can. */
final class ReadProbe {
    /** Bytes of one step: four vectors, each with a sum of its own. */
    static final long STEP_BYTES = 4 * Lanes.BYTES;

    private ReadProbe() {}

    /** The sum of the floats of a whole number of steps; it only keeps the compiler from leaving the reads out. */
    static float run(MemorySegment memory, long fromBytes, long toBytes) {
        long lanes = Scratch.address();
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        for (long at = fromBytes; at < toBytes; at += STEP_BYTES) {
            s0 = FloatVector.fromMemorySegment(SPECIES, memory, at, LITTLE_ENDIAN)
                    .add(s0);
            s1 = FloatVector.fromMemorySegment(SPECIES, memory, at + Lanes.BYTES, LITTLE_ENDIAN)
                    .add(s1);
            s2 = FloatVector.fromMemorySegment(SPECIES, memory, at + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                    .add(s2);
            s3 = FloatVector.fromMemorySegment(SPECIES, memory, at + 3 * Lanes.BYTES, LITTLE_ENDIAN)
                    .add(s3);
        }
        s0.add(s1).add(s2).add(s3).intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        return Lanes.sum(lanes);
    }
}
