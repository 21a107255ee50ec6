package org.convnext4j.bench.kernel;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.convnext4j.bench.Oracle;
import org.convnext4j.bench.Shapes;
import org.convnext4j.bench.Work;
import org.convnext4j.engine.kernel.Gemm;
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

/** The pointwise convolutions of a block, on tiles of as many rows as a block uses, and the head. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class GemmBenchmark {
    /** The most rows of a tile in a block. */
    private static final int TILE_ROWS = 196;

    private static final double TOLERANCE = 2e-5;

    private Call pwconv1 = () -> {};
    private Call pwconv1Plain = () -> {};
    private Call pwconv2 = () -> {};
    private Call head = () -> {};
    private long blockWork;
    private long headWork;

    /** A product with everything bound. */
    private interface Call {
        void run();
    }

    /** Packs the weights and checks the results. */
    @Setup(Level.Trial)
    public void prepare(KernelState state) {
        Shapes shapes = state.shapes();
        int rows = Math.min(shapes.pixels(), TILE_ROWS);
        blockWork = (long) rows * shapes.channels() * shapes.hidden();
        headWork = (long) shapes.channels() * Shapes.CLASSES;
        pwconv1 = checked(state, rows, shapes.channels(), shapes.hidden(), Gemm.Epilogue.GELU);
        pwconv1Plain = checked(state, rows, shapes.channels(), shapes.hidden(), Gemm.Epilogue.NONE);
        pwconv2 = checked(state, rows, shapes.hidden(), shapes.channels(), Gemm.Epilogue.ADD_RESIDUAL);
        head = checked(state, 1, shapes.channels(), Shapes.CLASSES, Gemm.Epilogue.NONE);
    }

    private static Call checked(KernelState state, int rows, int inputs, int outputs, Gemm.Epilogue epilogue) {
        var weight = state.random(outputs, inputs);
        var bias = state.random(outputs);
        MemorySegment x = state.random(rows, inputs).data();
        MemorySegment residual = state.random(rows, outputs).data();
        MemorySegment expected = state.floats((long) rows * outputs);
        MemorySegment y = state.floats((long) rows * outputs);
        state.scalar()
                .gemm()
                .pack(state.arena(), weight, bias)
                .forward(rows, x, 0, inputs, 0, outputs, epilogue, residual, expected, 0, outputs);
        Gemm.Linear linear = state.kernels().gemm().pack(state.arena(), weight, bias);
        Call call = () -> linear.forward(rows, x, 0, inputs, 0, outputs, epilogue, residual, y, 0, outputs);
        call.run();
        Oracle.check("gemm " + rows + "x" + inputs + "x" + outputs + " " + epilogue, expected, y, TOLERANCE);
        return call;
    }

    /** C to 4C with GELU. */
    @Benchmark
    public void pwconv1Gelu(Work work) {
        pwconv1.run();
        work.add(blockWork);
    }

    /** C to 4C, the product and bias only. */
    @Benchmark
    public void pwconv1(Work work) {
        pwconv1Plain.run();
        work.add(blockWork);
    }

    /** 4C to C with the residual. */
    @Benchmark
    public void pwconv2Residual(Work work) {
        pwconv2.run();
        work.add(blockWork);
    }

    /** One row to 1000 classes; the network has it after stage 3. */
    @Benchmark
    public void head(Work work) {
        head.run();
        work.add(headWork);
    }
}
