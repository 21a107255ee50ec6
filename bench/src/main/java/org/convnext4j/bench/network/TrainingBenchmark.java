package org.convnext4j.bench.network;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.convnext4j.bench.Oracle;
import org.convnext4j.bench.Shapes;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.train.TrainingStep;
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

/** A step of training: the passes from pictures to gradients, and the optimizer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class TrainingBenchmark {
    /** Pictures small enough for the scalar kernels to be waited for. */
    private static final int CHECKED_SIZE = 64;

    /** Relative to the largest gradient of all: sums of other orders through all the layers, forth and back. */
    private static final double TOLERANCE = 1e-4;

    /** Which size. */
    @Param({"TINY", "SMALL", "BASE"})
    public Variant variant = Variant.TINY;

    /** Pictures in a step. */
    @Param({"1", "8"})
    public int batch;

    /** Threads, the caller included. */
    @Param({"1", "2"})
    public int threads;

    /** Which implementation. */
    @Param({"VECTOR", "OPENBLAS"})
    public Backend backend = Backend.VECTOR;

    private @Nullable Engine engine;
    private @Nullable TrainingStep step;

    /** Makes the weights and checks the gradients, on small pictures. */
    @Setup(Level.Trial)
    public void prepare() {
        ConvNeXtConfig config = ConvNeXtConfig.of(variant);
        Engine chosen = Engine.create(backend, threads);
        engine = chosen;
        try (Engine scalar = Engine.create(Backend.SCALAR, Runtime.getRuntime().availableProcessors());
                TrainingStep oracle = TrainingStep.of(scalar, config, 1, CHECKED_SIZE);
                TrainingStep checked = TrainingStep.of(chosen, config, 1, CHECKED_SIZE)) {
            oracle.forwardAndBackward();
            checked.forwardAndBackward();
            Oracle.check(
                    "gradients", oracle.gradients().data(), checked.gradients().data(), TOLERANCE);
        }
        TrainingStep timed = TrainingStep.of(chosen, config, batch, Shapes.PICTURE);
        timed.forwardAndBackward();
        step = timed;
    }

    /** Frees the memory. */
    @TearDown(Level.Trial)
    public void close() {
        Objects.requireNonNull(step).close();
        Objects.requireNonNull(engine).close();
    }

    /** From pictures to the gradients of all weights. */
    @Benchmark
    public double forwardAndBackward() {
        return Objects.requireNonNull(step).forwardAndBackward();
    }

    /** The forward pass of training. */
    @Benchmark
    public void forward() {
        Objects.requireNonNull(step).forward();
    }

    /** AdamW and the moving average. */
    @Benchmark
    public double optimizer() {
        return Objects.requireNonNull(step).optimize();
    }
}
