package org.convnext4j.tools.machine;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.convnext4j.engine.Backend;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.tools.output.Timings;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench} found out.
 *
 * @param config the network
 * @param size height and width of the pictures
 * @param threads the engine's and the peer's
 * @param backend asked for
 * @param kernels chosen
 * @param setUpMillis to make and pack the weights
 * @param firstCallMillis before Java has compiled the kernels
 * @param engine the engine's calls
 * @param peakRssBytes the most memory while the engine ran, without set-up and peer
 * @param peakGflops the machine's own speed on all threads
 * @param peakGflopsOneThread the machine's own speed on one thread
 * @param readGigabytesPerSecond from memory on all threads
 * @param operators each by itself; empty if they were not measured
 * @param peer the other runtime's calls; null if there is none
 */
record BenchResult(
        ConvNeXtConfig config,
        int size,
        int threads,
        Backend backend,
        String kernels,
        double setUpMillis,
        double firstCallMillis,
        Timings engine,
        OptionalLong peakRssBytes,
        OptionalDouble peakGflops,
        OptionalDouble peakGflopsOneThread,
        OptionalDouble readGigabytesPerSecond,
        List<OperatorTime> operators,
        @Nullable PeerResult peer) {
    /**
     * The other runtime.
     *
     * @param name with its version
     * @param timings its calls
     * @param largestDifference of a logit from the engine's
     */
    record PeerResult(String name, Timings timings, float largestDifference) {}

    /** The part of the machine's own speed that a speed is. */
    OptionalDouble percentOfPeak(double gflops) {
        return peakGflops.isPresent()
                ? OptionalDouble.of(100 * gflops / peakGflops.getAsDouble())
                : OptionalDouble.empty();
    }

    /** How many times as fast as the peer the engine is, by the medians. */
    static double timesAsFast(Timings engine, PeerResult peer) {
        return peer.timings().medianMillis() / engine.medianMillis();
    }
}
