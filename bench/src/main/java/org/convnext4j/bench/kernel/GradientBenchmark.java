package org.convnext4j.bench.kernel;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.convnext4j.bench.Oracle;
import org.convnext4j.bench.Shapes;
import org.convnext4j.bench.Work;
import org.convnext4j.engine.GradientKernels;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.tensor.Tensor;
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

/** The kernels of the backward pass, on whole maps but for the products of matrices, which have a tile's rows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class GradientBenchmark {
    /** The most rows of a tile in a block. */
    private static final int TILE_ROWS = 192;

    private static final float EPSILON = 1e-6f;

    /** Sums over up to 3136 pixels of one map, in other orders than the oracle's. */
    private static final double TOLERANCE = 1e-4;

    private Runnable dwconvInput = () -> {};
    private Runnable dwconvWeight = () -> {};
    private Runnable pwconv1Input = () -> {};
    private Runnable pwconv1Weight = () -> {};
    private Runnable patchInput = () -> {};
    private Runnable patchWeight = () -> {};
    private Runnable norm = () -> {};
    private Runnable gelu = () -> {};
    private long dwconvWork;
    private long pwconvWork;
    private long patchWork;

    /** A kernel from its set to a call that writes to {@code y}. */
    private interface Binding {
        Runnable bind(GradientKernels kernels, MemorySegment y);
    }

    /** Checks the results. */
    @Setup(Level.Trial)
    public void prepare(KernelState state) {
        Shapes shapes = state.shapes();
        dwconv(state, shapes.side(), shapes.channels());
        pwconv1(state, Math.min(shapes.pixels(), TILE_ROWS), shapes.channels(), shapes.hidden());
        patchConv(state, shapes);
        elementwise(state, shapes.pixels(), shapes.channels(), shapes.hidden());
    }

    private void dwconv(KernelState state, int side, int c) {
        int taps = DepthwiseConv.KERNEL * DepthwiseConv.KERNEL;
        dwconvWork = (long) side * side * c * taps;
        Tensor weight = state.random(c, 1, DepthwiseConv.KERNEL, DepthwiseConv.KERNEL);
        MemorySegment x = state.random(side, side, c).data();
        MemorySegment gradY = state.random(side, side, c).data();
        dwconvInput = checked("dwconv's input gradient", state, (long) side * side * c, (kernels, y) -> {
            DepthwiseConv.Filters turned = kernels.depthwiseConv().packInput(state.arena(), weight);
            return () -> turned.forward(gradY, 0, side, side, 0, side, y, 0);
        });
        MemorySegment bias = state.floats(c);
        dwconvWeight = checked("dwconv's weight gradient", state, (long) c * taps, (kernels, y) -> {
            MemorySegment scratch = state.floats(kernels.depthwiseConv().scratchFloats(side));
            return () -> kernels.depthwiseConv()
                    .weightGradient(1, side, side, c, 0, c, x, 0, gradY, 0, false, y, 0, bias, 0, scratch, 0);
        });
    }

    private void pwconv1(KernelState state, int rows, int c, int hidden) {
        pwconvWork = (long) rows * c * hidden;
        MemorySegment x = state.random(rows, c).data();
        MemorySegment weight = state.random(hidden, c).data();
        MemorySegment gradY = state.random(rows, hidden).data();
        pwconv1Input = checked("pwconv1's input gradient", state, (long) rows * c, (kernels, y) -> {
            var product = kernels.matrixProduct();
            MemorySegment scratch = state.floats(product.scratchFloats(rows, c, hidden));
            return () -> product.multiply(
                    rows, c, hidden, gradY, 0, hidden, false, weight, 0, c, false, false, y, 0, c, scratch, 0);
        });
        pwconv1Weight = checked("pwconv1's weight gradient", state, (long) hidden * c, (kernels, y) -> {
            var product = kernels.matrixProduct();
            MemorySegment scratch = state.floats(product.scratchFloats(hidden, c, rows));
            return () -> product.multiply(
                    hidden, c, rows, gradY, 0, hidden, true, x, 0, c, false, false, y, 0, c, scratch, 0);
        });
    }

    private void patchConv(KernelState state, Shapes shapes) {
        int patch = shapes.patch();
        int in = shapes.beforeChannels();
        int out = shapes.channels();
        int before = shapes.before();
        int pixels = shapes.pixels();
        patchWork = (long) pixels * patch * patch * in * out;
        Tensor weight = state.random(out, in, patch, patch);
        MemorySegment patches = state.random(pixels, patch * patch * in).data();
        MemorySegment gradY = state.random(pixels, out).data();
        patchInput =
                checked("the patch convolution's input gradient", state, (long) before * before * in, (kernels, y) -> {
                    PatchConvGradient.Filters filters = kernels.patchConv().pack(state.arena(), weight);
                    MemorySegment scratch = state.floats(filters.scratchFloats(before, shapes.side()));
                    return () -> filters.inputGradient(gradY, 0, before, before, 0, shapes.side(), y, 0, scratch, 0);
                });
        patchWeight = checked("the patch convolution's weight gradient", state, weight.elements(), (kernels, y) -> {
            PatchConvGradient gradient = kernels.patchConv();
            MemorySegment scratch = state.floats(gradient.scratchFloats(pixels, in, patch, out));
            return () -> gradient.weightGradient(
                    pixels, in, patch, out, 0, out, patches, 0, gradY, 0, false, y, 0, scratch, 0);
        });
    }

    private void elementwise(KernelState state, int rows, int c, int wide) {
        MemorySegment weight = state.random(c).data();
        MemorySegment x = state.random(rows, c).data();
        MemorySegment gradY = state.random(rows, c).data();
        MemorySegment parts = state.floats(2L * c * ChannelNormGradient.parts(rows));
        norm = checked(
                "LayerNorm's gradient",
                state,
                (long) rows * c,
                (kernels, y) -> () -> kernels.layerNorm()
                        .backward(0, rows, c, EPSILON, weight, 0, x, 0, c, gradY, 0, c, y, 0, c, parts, 0));
        MemorySegment hidden = state.random(rows, wide).data();
        MemorySegment gradHidden = state.random(rows, wide).data();
        gelu = checked(
                "GELU's gradient",
                state,
                (long) rows * wide,
                (kernels, y) ->
                        () -> kernels.gelu().backward(rows, wide, hidden, 0, wide, gradHidden, 0, wide, y, 0, wide));
    }

    private static Runnable checked(String what, KernelState state, long floats, Binding binding) {
        MemorySegment expected = state.floats(floats);
        MemorySegment y = state.floats(floats);
        binding.bind(state.scalarGradients(), expected).run();
        Runnable call = binding.bind(state.gradients(), y);
        call.run();
        Oracle.check(what, expected, y, TOLERANCE);
        return call;
    }

    /** The 7x7 depthwise convolution's gradient by its input. */
    @Benchmark
    public void dwconvInput(Work work) {
        dwconvInput.run();
        work.add(dwconvWork);
    }

    /** The same by its weights and bias. */
    @Benchmark
    public void dwconvWeight(Work work) {
        dwconvWeight.run();
        work.add(dwconvWork);
    }

    /** The first pointwise convolution's gradient by its input, 4C to C. */
    @Benchmark
    public void pwconv1Input(Work work) {
        pwconv1Input.run();
        work.add(pwconvWork);
    }

    /** The same by its weights. */
    @Benchmark
    public void pwconv1Weight(Work work) {
        pwconv1Weight.run();
        work.add(pwconvWork);
    }

    /** The gradient of the stem or downsampling before the stage by its input. */
    @Benchmark
    public void patchInput(Work work) {
        patchInput.run();
        work.add(patchWork);
    }

    /** The same by its weights. */
    @Benchmark
    public void patchWeight(Work work) {
        patchWeight.run();
        work.add(patchWork);
    }

    /** LayerNorm's gradients. */
    @Benchmark
    public void layerNorm() {
        norm.run();
    }

    /** GELU's gradient over the hidden layer. */
    @Benchmark
    public void gelu() {
        gelu.run();
    }
}
