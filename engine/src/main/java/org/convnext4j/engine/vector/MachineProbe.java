package org.convnext4j.engine.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.parallel.Team;

/**
 * What the machine itself can do: the ceilings that a benchmark compares with. Loading this class needs the module
 * {@code jdk.incubator.vector}, like {@link VectorKernels}.
 */
public final class MachineProbe {
    /** Steps of the multiply-add loop between two looks at the clock: a fraction of a millisecond once compiled. */
    private static final int STEPS = 20_000;

    /** Bytes of a part of the memory: a whole number of steps at every vector width. */
    private static final long PART_BYTES = 1 << 20;

    private MachineProbe() {}

    /**
     * The float32 multiply-adds that these threads do in registers, all at once: billions of additions and
     * multiplications a second. The first tens of milliseconds are slow, until Java has compiled the loop.
     *
     * @param millis how long to measure
     */
    public static double gigaflops(Team team, double millis) {
        long[] steps = new long[team.size()];
        float[] sums = new float[team.size()];
        long start = System.nanoTime();
        long end = start + Math.round(millis * 1e6);
        team.run(team.size(), (part, member) -> {
            long done = 0;
            float sum = 0;
            do {
                sum += FmaProbe.run(STEPS);
                done += STEPS;
            } while (System.nanoTime() < end);
            steps[part] = done;
            sums[part] = sum;
        });
        double nanos = System.nanoTime() - start;
        long total = 0;
        for (int part = 0; part < steps.length; part++) {
            // Each sum tends to 1, whatever it began at: the loop has run if they have.
            if (!(sums[part] > 0)) {
                throw new IllegalStateException("the probe gave " + sums[part]);
            }
            total += steps[part];
        }
        return total * FmaProbe.OPERATIONS_PER_STEP / nanos;
    }

    /**
     * The speed at which these threads together read memory once through, gigabytes (1e9) a second: the fastest of some
     * passes.
     *
     * @param bytes how much memory; it should be far more than the caches hold
     * @param passes how often it is read; the first are slow, until Java has compiled the loop
     */
    public static double readGigabytesPerSecond(Team team, long bytes, int passes) {
        int parts = Math.toIntExact(Math.max(1, bytes / PART_BYTES));
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(parts * PART_BYTES, 64);
            // Pages never written to may all be one page of zeros.
            memory.fill((byte) 1);
            float[] sums = new float[team.size()];
            double fastest = 0;
            for (int pass = 0; pass < passes; pass++) {
                long start = System.nanoTime();
                team.run(parts, (part, member) -> {
                    sums[member] += ReadProbe.run(memory, part * PART_BYTES, (part + 1) * PART_BYTES);
                });
                fastest = Math.max(fastest, parts * PART_BYTES / (double) (System.nanoTime() - start));
            }
            float sum = 0;
            for (float part : sums) {
                sum += part;
            }
            if (!(sum > 0)) {
                throw new IllegalStateException("the probe read " + sum);
            }
            return fastest;
        }
    }
}
