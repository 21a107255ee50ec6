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
        // The twelve sums start at 0.1 to 0.9 and 1.1 to 1.3, and 1024 steps of 2^-10 add 1 to each.
        assertEquals((8.1f + 12) * Lanes.LANES, FmaProbe.run(1024), 1e-3f);
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
