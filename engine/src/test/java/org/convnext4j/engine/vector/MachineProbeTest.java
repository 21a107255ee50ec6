package org.convnext4j.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.Workers;
import org.junit.jupiter.api.Test;

class MachineProbeTest {
    @Test
    void theMultiplyAddsRun() {
        // After 60 steps of s = s / 2 + 1/2 every one of the twelve sums is 1 in every lane.
        assertEquals(12f * Lanes.LANES, FmaProbe.run(60), 1e-3f);
    }

    @Test
    void everyFloatIsRead() {
        int floats = Math.toIntExact(3 * ReadProbe.STEP_BYTES / Float.BYTES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, floats);
            for (int i = 0; i < floats; i++) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
            }
            assertEquals((floats - 1) * floats / 2f, ReadProbe.run(memory, 0, memory.byteSize()));
            int third = floats / 3;
            assertEquals((third - 1) * third / 2f, ReadProbe.run(memory, 0, ReadProbe.STEP_BYTES));
        }
    }

    @Test
    void theCeilingsAreThoseOfAComputer() {
        try (Workers workers = new Workers(2);
                Team team = workers.team()) {
            double gigaflops = MachineProbe.gigaflops(team, 5);
            assertTrue(gigaflops > 0 && gigaflops < 1e6, "GFLOP/s: " + gigaflops);
            double read = MachineProbe.readGigabytesPerSecond(team, 4 << 20, 3);
            assertTrue(read > 0 && read < 1e5, "GB/s: " + read);
        }
    }
}
