package org.convnext4j.bench.kernel;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.convnext4j.bench.Oracle;
import org.convnext4j.bench.Shapes;
import org.convnext4j.engine.KernelSet;
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

/** What is bound by memory rather than arithmetic: LayerNorm, GELU and pooling, on whole maps. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class ElementwiseBenchmark {
    private static final double TOLERANCE = 1e-5;
    private static final float EPSILON = 1e-6f;

    private Runnable norm = () -> {};
    private Runnable affine = () -> {};
    private Runnable gelu = () -> {};
    private Runnable pool = () -> {};

    /** A kernel from its set to a call that writes to {@code y}. */
    private interface Binding {
        Runnable bind(KernelSet kernels, MemorySegment y);
    }

    /** Checks the results. */
    @Setup(Level.Trial)
    public void prepare(KernelState state) {
        Shapes shapes = state.shapes();
        int rows = shapes.pixels();
        int c = shapes.channels();
        int wide = shapes.hidden();
        MemorySegment x = state.random(rows, c).data();
        MemorySegment weight = state.random(c).data();
        MemorySegment bias = state.random(c).data();
        MemorySegment hidden = state.random(rows, wide).data();
        long floats = (long) rows * c;
        norm = checked(
                "normalize",
                state,
                floats,
                (kernels, y) -> () -> kernels.layerNorm().normalize(rows, c, EPSILON, x, 0, c, y, 0, c));
        affine = checked(
                "layernorm",
                state,
                floats,
                (kernels, y) -> () -> kernels.layerNorm().forward(rows, c, EPSILON, weight, bias, x, 0, c, y, 0, c));
        gelu = checked(
                "gelu",
                state,
                (long) rows * wide,
                (kernels, y) -> () -> kernels.gelu().forward(rows, wide, hidden, 0, wide, y, 0, wide));
        pool = checked(
                "pool",
                state,
                c,
                (kernels, y) -> () -> kernels.globalAveragePool().forward(rows, c, x, 0, y, 0));
    }

    private static Runnable checked(String what, KernelState state, long floats, Binding binding) {
        MemorySegment expected = state.floats(floats);
        MemorySegment y = state.floats(floats);
        binding.bind(state.scalar(), expected).run();
        Runnable call = binding.bind(state.kernels(), y);
        call.run();
        Oracle.check(what, expected, y, TOLERANCE);
        return call;
    }

    /** LayerNorm without its affine part, as blocks use it. */
    @Benchmark
    public void normalize() {
        norm.run();
    }

    /** LayerNorm with its affine part, as the stem and the downsampling use it. */
    @Benchmark
    public void layerNorm() {
        affine.run();
    }

    /** GELU of the hidden layer. */
    @Benchmark
    public void gelu() {
        gelu.run();
    }

    /** The mean over the map. */
    @Benchmark
    public void pool() {
        pool.run();
    }
}
