package org.convnext4j.bench.network;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.convnext4j.bench.Oracle;
import org.convnext4j.bench.Shapes;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.weights.FormulaWeights;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The whole network, from input tensor to logits. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class NetworkBenchmark {
    private static final double TOLERANCE = 5e-5;

    /** Which size. */
    @Param({"TINY", "SMALL", "BASE", "LARGE", "XLARGE"})
    public Variant variant = Variant.TINY;

    /** Pictures at once. */
    @Param({"1", "8"})
    public int batch;

    /** Threads, the caller included. */
    @Param({"1", "2"})
    public int threads;

    /** Which implementation. */
    @Param({"VECTOR", "OPENBLAS"})
    public Backend backend = Backend.VECTOR;

    private final Arena arena = Arena.ofShared();
    private @Nullable Engine engine;
    private @Nullable ConvNeXt model;
    private @Nullable Tensor input;

    /** Packs the weights and checks the logits of the first picture. */
    @Setup(Level.Trial)
    public void prepare() {
        ConvNeXtConfig config = ConvNeXtConfig.of(variant);
        Tensor pictures = FormulaWeights.input(0, arena, batch, 3, Shapes.PICTURE, Shapes.PICTURE);
        // The formula goes by index, so a batch begins with the picture of a batch of one.
        Tensor first = FormulaWeights.input(0, arena, 1, 3, Shapes.PICTURE, Shapes.PICTURE);
        Engine chosen = Engine.create(backend, threads);
        try (Arena weights = Arena.ofShared();
                Engine scalar =
                        Engine.create(Backend.SCALAR, Runtime.getRuntime().availableProcessors())) {
            var formula = FormulaWeights.of(config, 0, weights);
            ConvNeXt timed = ConvNeXt.of(config, formula, chosen);
            try (ConvNeXt oracle = ConvNeXt.of(config, formula, scalar)) {
                MemorySegment expected = MemorySegment.ofArray(oracle.logits(first));
                MemorySegment actual = MemorySegment.ofArray(timed.logits(pictures));
                Oracle.check("logits", expected, actual.asSlice(0, expected.byteSize()), TOLERANCE);
            }
            model = timed;
        }
        engine = chosen;
        input = pictures;
    }

    /** Frees the memory. */
    @TearDown(Level.Trial)
    public void close() {
        Objects.requireNonNull(model).close();
        Objects.requireNonNull(engine).close();
        arena.close();
    }

    /** The whole batch. */
    @Benchmark
    public float[] logits() {
        return Objects.requireNonNull(model).logits(Objects.requireNonNull(input));
    }
}
