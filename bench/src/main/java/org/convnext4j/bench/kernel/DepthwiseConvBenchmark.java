package org.convnext4j.bench.kernel;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.convnext4j.bench.Oracle;
import org.convnext4j.bench.Shapes;
import org.convnext4j.bench.Work;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The 7x7 depthwise convolution of a whole map. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class DepthwiseConvBenchmark {
    private static final double TOLERANCE = 1e-5;

    private Runnable call = () -> {};
    private long multiplyAdds;

    /** Packs the filters and checks the result. */
    @Setup(Level.Trial)
    public void prepare(KernelState state) {
        Shapes shapes = state.shapes();
        int side = shapes.side();
        int channels = shapes.channels();
        var weight = state.random(channels, 1, DepthwiseConv.KERNEL, DepthwiseConv.KERNEL);
        var bias = state.random(channels);
        MemorySegment x = state.random(side, side, channels).data();
        MemorySegment expected = state.floats((long) side * side * channels);
        MemorySegment y = state.floats((long) side * side * channels);
        state.scalar()
                .depthwiseConv()
                .pack(state.arena(), weight, bias)
                .forward(x, 0, side, side, 0, side, expected, 0);
        DepthwiseConv.Filters filters = state.kernels().depthwiseConv().pack(state.arena(), weight, bias);
        call = () -> filters.forward(x, 0, side, side, 0, side, y, 0);
        call.run();
        Oracle.check("dwconv " + side + "x" + channels, expected, y, TOLERANCE);
        multiplyAdds = (long) side * side * channels * DepthwiseConv.KERNEL * DepthwiseConv.KERNEL;
    }

    /** Counted as if the padding were multiplied too. */
    @Benchmark
    public void dwconv(Work work) {
        call.run();
        work.add(multiplyAdds);
    }
}
