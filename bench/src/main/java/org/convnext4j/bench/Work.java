package org.convnext4j.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Arithmetic beside the time: JMH prints the field as a second score, {@code :gflop}, in units of 1e9 per time unit, so
 * with throughput in operations a second it reads GFLOP/s. A multiplication and an addition count two.
 */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Work {
    /** 1e9 operations done in this iteration. */
    public double gflop;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
        gflop = 0;
    }

    /** Counts a call that did so many multiplications with an addition each. */
    public void add(long multiplyAdds) {
        gflop += 2e-9 * multiplyAdds;
    }
}
