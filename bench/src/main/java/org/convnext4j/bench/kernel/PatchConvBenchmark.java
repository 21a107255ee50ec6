package org.convnext4j.bench.kernel;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.convnext4j.bench.Oracle;
import org.convnext4j.bench.Shapes;
import org.convnext4j.bench.Work;
import org.convnext4j.engine.kernel.PatchConv;
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

/** The patch convolution in front of a stage: the stem for stage 0, the downsampling for the others. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class PatchConvBenchmark {
    private static final double TOLERANCE = 2e-5;

    private Runnable call = () -> {};
    private long multiplyAdds;

    /** Packs the filters and checks the result. */
    @Setup(Level.Trial)
    public void prepare(KernelState state) {
        Shapes shapes = state.shapes();
        int side = shapes.side();
        int before = shapes.before();
        int patch = shapes.patch();
        var weight = state.random(shapes.channels(), shapes.beforeChannels(), patch, patch);
        var bias = state.random(shapes.channels());
        MemorySegment x = state.random(before, before, shapes.beforeChannels()).data();
        MemorySegment expected = state.floats((long) side * side * shapes.channels());
        MemorySegment y = state.floats((long) side * side * shapes.channels());
        run(state.scalar().patchConv().pack(state.arena(), weight, bias), state, x, before, side, expected)
                .run();
        call = run(state.kernels().patchConv().pack(state.arena(), weight, bias), state, x, before, side, y);
        call.run();
        Oracle.check("patch " + patch + "x" + shapes.channels(), expected, y, TOLERANCE);
        multiplyAdds = (long) side * side * shapes.channels() * shapes.beforeChannels() * patch * patch;
    }

    private static Runnable run(
            PatchConv.Filters filters, KernelState state, MemorySegment x, int width, int rows, MemorySegment y) {
        MemorySegment scratch = state.floats(filters.scratchFloats(width) * rows);
        return () -> filters.forward(x, 0, width, 0, rows, scratch, 0, y, 0);
    }

    /** A whole map. */
    @Benchmark
    public void patchConv(Work work) {
        call.run();
        work.add(multiplyAdds);
    }
}
