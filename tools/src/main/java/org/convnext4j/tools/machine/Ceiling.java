package org.convnext4j.tools.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.VectorSupport;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.Workers;
import org.convnext4j.engine.vector.MachineProbe;
import org.convnext4j.tools.output.Timings;

/**
 * What this machine can do at most, sampled again and again while a benchmark runs. The fastest sample counts: whatever
 * else runs can only lower one, and a peak that is too low would flatter the engine.
 */
final class Ceiling {
    private static final double COMPILE_MILLIS = 300;
    private static final double SAMPLE_MILLIS = 20;
    private static final long READ_BYTES = 256L << 20;
    private static final int READ_PASSES = 8;

    private final Engine engine;
    private final Workers alone = new Workers(1);
    private final boolean known = VectorSupport.obstacle().isEmpty();
    private final List<Double> all = new ArrayList<>();
    private final List<Double> one = new ArrayList<>();

    Ceiling(Engine engine) {
        this.engine = engine;
    }

    /** Has Java compile the probe. */
    void warmUp() {
        if (known) {
            probe(engine.workers(), COMPILE_MILLIS);
            probe(alone, COMPILE_MILLIS);
        }
    }

    /** Takes one sample on all threads and one on a single thread. */
    void sample() {
        if (known) {
            all.add(probe(engine.workers(), SAMPLE_MILLIS));
            one.add(probe(alone, SAMPLE_MILLIS));
        }
    }

    /** Takes one sample on the engine's threads, which the caller has. */
    void sample(Team team) {
        if (known) {
            all.add(MachineProbe.gigaflops(team, SAMPLE_MILLIS));
        }
    }

    /** GFLOP/s of the engine's threads together; empty where the Vector API does not work. */
    OptionalDouble gflops() {
        return fastest(all);
    }

    /** GFLOP/s of one thread by itself. */
    OptionalDouble gflopsOneThread() {
        return fastest(one);
    }

    /** The speed at which the engine's threads read memory, GB/s. */
    OptionalDouble readGigabytesPerSecond() {
        if (!known) {
            return OptionalDouble.empty();
        }
        try (Team team = engine.workers().team()) {
            return OptionalDouble.of(MachineProbe.readGigabytesPerSecond(team, READ_BYTES, READ_PASSES));
        }
    }

    /** The part of the peak that the median sample on all threads reached: near 1 on a machine with nothing else to do. */
    OptionalDouble calm() {
        return all.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        new Timings(all, 1, 1).medianMillis() / fastest(all).orElseThrow());
    }

    private static OptionalDouble fastest(List<Double> samples) {
        return samples.stream().mapToDouble(Double::doubleValue).max();
    }

    private static double probe(Workers workers, double millis) {
        try (Team team = workers.team()) {
            return MachineProbe.gigaflops(team, millis);
        }
    }
}
