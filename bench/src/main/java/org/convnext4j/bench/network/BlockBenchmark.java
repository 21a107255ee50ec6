package org.convnext4j.bench.network;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.convnext4j.bench.Oracle;
import org.convnext4j.bench.Shapes;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.run.LayerRun;
import org.convnext4j.model.weights.FormulaWeights;
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

/** One block of a stage: five kernels, and how they are tiled and shared among threads. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class BlockBenchmark {
    private static final double TOLERANCE = 2e-5;

    /** Which size. SMALL has TINY's shapes. */
    @Param({"TINY", "BASE", "LARGE", "XLARGE"})
    public Variant variant = Variant.TINY;

    /** Which stage. */
    @Param({"0", "1", "2", "3"})
    public int stage;

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
    private Engine engine = Engine.create(Backend.SCALAR, 1);
    private LayerRun block = firstBlock(Variant.TINY, 0, 1, 1);

    /** The first block of a stage, with formula weights and input. */
    private LayerRun firstBlock(Variant size, int ofStage, int pictures, int side) {
        ConvNeXtConfig config = ConvNeXtConfig.of(size);
        Tensor input = FormulaWeights.input(
                0, arena, pictures, side, side, config.dims().get(ofStage));
        try (Arena weights = Arena.ofShared()) {
            return new LayerRun(
                    arena,
                    engine,
                    List.of(config.plan().stages().get(ofStage).blocks().get(0)),
                    FormulaWeights.of(config, 0, weights),
                    input);
        }
    }

    /** Packs the weights and checks the result for the first picture. */
    @Setup(Level.Trial)
    public void prepare() {
        int side = Shapes.of(variant, stage).side();
        LayerRun oracle = firstBlock(variant, stage, 1, side);
        oracle.forward();
        engine.close();
        engine = Engine.create(backend, threads);
        block = firstBlock(variant, stage, batch, side);
        block.forward();
        MemorySegment expected = oracle.result();
        Oracle.check("block", expected, block.result().asSlice(0, expected.byteSize()), TOLERANCE);
    }

    /** Frees the memory. */
    @TearDown(Level.Trial)
    public void close() {
        engine.close();
        arena.close();
    }

    /** The whole batch. */
    @Benchmark
    public void block() {
        block.forward();
    }
}
