package org.convnext4j.engine.kernel;

import static org.convnext4j.engine.kernel.KernelCall.in;
import static org.convnext4j.engine.kernel.KernelCall.out;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.KernelCall.Free;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.ColumnSums;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.kernel.gradient.ReluGradient;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.kernel.gradient.RowOperations;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.engine.tensor.Tensor;

/** A valid call of every method of every implementation of every contract. */
final class KernelCalls {
    private static final int R = 5;
    private static final int C = 37;
    private static final int SIDE = 9;
    private static final int N = 72; // a panel and a part of one
    private static final long ROWS = R * C;
    private static final long MAP = SIDE * SIDE * C;

    private final Arena arena;
    private final List<KernelCall> calls = new ArrayList<>();

    private KernelCalls(Arena arena) {
        this.arena = arena;
    }

    /** All of them, on memory of the arena. */
    static List<KernelCall> all(Arena arena) {
        KernelCalls calls = new KernelCalls(arena);
        calls.elementwise();
        calls.norms();
        calls.responseNorms();
        calls.products();
        calls.depthwise();
        calls.convolutions();
        calls.patches();
        calls.pools();
        calls.training();
        return calls.calls;
    }

    private void add(Class<?> contract, Object kernel, String method, Object... arguments) {
        calls.add(new KernelCall(arena, contract, kernel, method, arguments));
    }

    private Tensor tensor(int... dims) {
        return Tensor.allocate(arena, dims);
    }

    private void elementwise() {
        List<Activation> activations = new ArrayList<>(Implementations.gelus());
        activations.addAll(Implementations.sigmoidGates(ActivationKind.SILU));
        activations.addAll(Implementations.sigmoidGates(ActivationKind.GELU_TANH));
        for (Activation one : activations) {
            add(Activation.class, one, "forward", R, C, in(ROWS), 0L, C, out(ROWS), 0L, C);
        }
        for (Relu one : Implementations.relus()) {
            add(Relu.class, one, "forward", R, C, in(ROWS), 0L, C, out(ROWS), 0L, C);
            add(Relu.class, one, "forwardSum", R, C, in(ROWS), 0L, C, in(ROWS), 0L, C, out(ROWS), 0L, C);
        }
        for (ReluGradient one : Implementations.reluGradients()) {
            add(ReluGradient.class, one, "backward", R, C, in(ROWS), 0L, C, in(ROWS), 0L, C, out(ROWS), 0L, C);
        }
        List<ActivationGradient> gradients = new ArrayList<>();
        for (ActivationKind kind : ActivationKind.values()) {
            gradients.addAll(Implementations.activationGradients(kind));
        }
        for (ActivationGradient one : gradients) {
            add(ActivationGradient.class, one, "backward", R, C, in(ROWS), 0L, C, in(ROWS), 0L, C, out(ROWS), 0L, C);
            add(
                    ActivationGradient.class,
                    one,
                    "forwardAndBackward",
                    R,
                    C,
                    in(ROWS),
                    0L,
                    C,
                    out(ROWS),
                    0L,
                    C,
                    in(ROWS),
                    0L,
                    C,
                    out(ROWS),
                    0L,
                    C);
        }
    }

    private void norms() {
        List<ChannelNorm> norms = new ArrayList<>(Implementations.layerNorms());
        norms.addAll(Implementations.scaleNorms(NormKind.SIMPLE));
        norms.addAll(Implementations.scaleNorms(NormKind.RMS));
        for (ChannelNorm one : norms) {
            add(ChannelNorm.class, one, "normalize", R, C, 1f, in(ROWS), 0L, C, out(ROWS), 0L, C);
            add(ChannelNorm.class, one, "forward", R, C, 1f, in(C), in(C), in(ROWS), 0L, C, out(ROWS), 0L, C);
        }
        List<ChannelNormGradient> gradients = new ArrayList<>(Implementations.layerNormGradients());
        gradients.addAll(Implementations.scaleNormGradients(NormKind.SIMPLE));
        gradients.addAll(Implementations.scaleNormGradients(NormKind.RMS));
        for (ChannelNormGradient one : gradients) {
            add(
                    ChannelNormGradient.class,
                    one,
                    "backward",
                    0,
                    R,
                    C,
                    1f,
                    in(C),
                    0L,
                    in(ROWS),
                    0L,
                    C,
                    in(ROWS),
                    0L,
                    C,
                    out(ROWS),
                    0L,
                    C,
                    out(2 * C),
                    0L);
        }
        for (BatchNorm one : Implementations.batchNorms()) {
            add(BatchNorm.class, one, "partStatistics", 0, R, C, in(ROWS), 0L, C, out(2 * C), 0L);
            for (boolean relu : new boolean[] {false, true}) {
                add(
                        BatchNorm.class,
                        one,
                        "affine",
                        R,
                        C,
                        in(C),
                        0L,
                        in(C),
                        0L,
                        relu,
                        in(ROWS),
                        0L,
                        C,
                        out(ROWS),
                        0L,
                        C);
            }
        }
        for (BatchNormGradient one : Implementations.batchNormGradients()) {
            add(
                    BatchNormGradient.class,
                    one,
                    "partSums",
                    0,
                    R,
                    C,
                    in(C),
                    0L,
                    in(ROWS),
                    0L,
                    C,
                    in(ROWS),
                    0L,
                    C,
                    out(2 * C),
                    0L);
            add(
                    BatchNormGradient.class,
                    one,
                    "inputGradient",
                    R,
                    C,
                    in(4 * C),
                    0L,
                    in(ROWS),
                    0L,
                    C,
                    in(ROWS),
                    0L,
                    C,
                    out(ROWS),
                    0L,
                    C);
        }
    }

    private void responseNorms() {
        for (ResponseNorm one : Implementations.responseNorms()) {
            add(ResponseNorm.class, one, "sumSquares", R, C, in(ROWS), 0L, C, out(C), 0L);
            add(ResponseNorm.class, one, "factors", R, C, 1f, in(ROWS), 0L, in(C), out(C), 0L);
            add(ResponseNorm.class, one, "apply", R, C, in(C), 0L, in(C), out(ROWS), 0L, C);
        }
        for (ResponseNormGradient one : Implementations.responseNormGradients()) {
            Class<?> contract = ResponseNormGradient.class;
            add(contract, one, "partSums", R, C, in(ROWS), 0L, C, in(ROWS), 0L, C, out(3 * C), 0L);
            add(contract, one, "coefficients", R, C, 1f, in(3 * ROWS), 0L, in(C), 0L, out(2 * C), 0L, out(2 * C), 0L);
            add(
                    contract,
                    one,
                    "inputGradient",
                    R,
                    C,
                    in(2 * C),
                    0L,
                    in(ROWS),
                    0L,
                    C,
                    in(ROWS),
                    0L,
                    C,
                    out(ROWS),
                    0L,
                    C);
        }
    }

    private void products() {
        for (Gemm one : Implementations.gemms()) {
            Gemm.LiveLinear live = one.follow(arena, tensor(N, C), false, tensor(N));
            live.refresh(0, N);
            for (Gemm.Linear linear : List.of(one.pack(arena, tensor(N, C), tensor(N)), live)) {
                for (Gemm.Epilogue end : Gemm.Epilogue.values()) {
                    Object residual = end == Gemm.Epilogue.ADD_RESIDUAL
                            ? in(R * N)
                            : tensor(1).data();
                    Object y = out(R * N);
                    add(Gemm.Linear.class, linear, "forward", R, in(ROWS), 0L, C, 0, N, end, residual, y, 0L, N);
                }
            }
            add(Gemm.LiveLinear.class, live, "refresh", 0, N);
        }
        for (MatrixProduct one : Implementations.matrixProducts()) {
            for (int i = 0; i < 8; i++) {
                boolean aTransposed = (i & 1) != 0;
                boolean bTransposed = (i & 2) != 0;
                add(
                        MatrixProduct.class,
                        one,
                        "multiply",
                        R,
                        N,
                        C,
                        in(ROWS),
                        0L,
                        aTransposed ? R : C,
                        aTransposed,
                        in(C * N),
                        0L,
                        bTransposed ? C : N,
                        bTransposed,
                        (i & 4) != 0,
                        out(R * N),
                        0L,
                        N,
                        out(one.scratchFloats(R, N, C)),
                        0L);
            }
        }
    }

    private void depthwise() {
        List<DepthwiseConv.Filters> filters = new ArrayList<>();
        Implementations.depthwiseConvs().forEach(one -> filters.add(one.pack(arena, tensor(C, 1, 7, 7), tensor(C))));
        Implementations.dilatedDepthwiseConvs()
                .forEach(one -> filters.add(one.pack(arena, 2, tensor(C, 1, 5, 5), tensor(C))));
        Implementations.depthwiseConvGradients().forEach(one -> filters.add(one.packInput(arena, tensor(C, 1, 7, 7))));
        for (DilatedDepthwiseConvGradient one : Implementations.dilatedDepthwiseConvGradients()) {
            filters.add(one.packInput(arena, 3, tensor(C, 1, 5, 5)));
            add(
                    DilatedDepthwiseConvGradient.class,
                    one,
                    "weightGradient",
                    5,
                    2,
                    1,
                    SIDE,
                    SIDE,
                    C,
                    0,
                    C,
                    in(MAP),
                    0L,
                    in(MAP),
                    0L,
                    true,
                    out(25 * C),
                    0L,
                    out(C),
                    0L,
                    out(one.scratchFloats(5, 2, SIDE)),
                    0L);
        }
        for (DepthwiseConv.Filters one : filters) {
            add(DepthwiseConv.Filters.class, one, "forward", in(MAP), 0L, SIDE, SIDE, 0, SIDE, out(MAP), 0L);
        }
        for (DepthwiseConvGradient one : Implementations.depthwiseConvGradients()) {
            add(
                    DepthwiseConvGradient.class,
                    one,
                    "weightGradient",
                    1,
                    SIDE,
                    SIDE,
                    C,
                    0,
                    C,
                    in(MAP),
                    0L,
                    in(MAP),
                    0L,
                    false,
                    out(49 * C),
                    0L,
                    out(C),
                    0L,
                    out(one.scratchFloats(SIDE)),
                    0L);
        }
        for (int[] measures : new int[][] {{3, 2}, {7, 1}, {5, 1}}) {
            strided(measures[0], measures[1]);
        }
    }

    private void strided(int kernel, int stride) {
        int outSide = StridedDepthwiseConv.outputSize(SIDE, stride);
        long outMap = (long) outSide * outSide * C;
        for (StridedDepthwiseConv one : Implementations.stridedDepthwiseConvs()) {
            StridedDepthwiseConv.Filters filters = one.pack(arena, stride, tensor(C, 1, kernel, kernel), tensor(C));
            Object scratch = out(filters.scratchFloats(SIDE));
            Class<?> contract = StridedDepthwiseConv.Filters.class;
            add(contract, filters, "forward", in(MAP), 0L, SIDE, SIDE, 0, outSide, scratch, 0L, out(outMap), 0L);
        }
        for (StridedDepthwiseConvGradient one : Implementations.stridedDepthwiseConvGradients()) {
            StridedDepthwiseConvGradient.InputFilters filters =
                    one.packInput(arena, stride, tensor(C, 1, kernel, kernel));
            Object scratch = out(filters.scratchFloats(SIDE));
            Class<?> contract = StridedDepthwiseConvGradient.InputFilters.class;
            add(contract, filters, "inputGradient", in(outMap), 0L, SIDE, SIDE, 0, SIDE, scratch, 0L, out(MAP), 0L);
            add(
                    StridedDepthwiseConvGradient.class,
                    one,
                    "weightGradient",
                    kernel,
                    stride,
                    1,
                    SIDE,
                    SIDE,
                    C,
                    0,
                    C,
                    in(MAP),
                    0L,
                    in(outMap),
                    0L,
                    true,
                    out((long) kernel * kernel * C),
                    0L,
                    out(one.scratchFloats(kernel, stride, SIDE, C)),
                    0L);
        }
    }

    private void convolutions() {
        for (ConvShape shape : List.of(ConvShape.dense(C, 24, 3, 2, 1), new ConvShape(C, 24, 1, 1, 0, 1))) {
            convolution(shape);
        }
        for (WindowGather one : Implementations.windowGathers()) {
            add(
                    WindowGather.class,
                    one,
                    "gather",
                    3,
                    3,
                    new Free(2),
                    new Free(1),
                    new Free(1),
                    C,
                    0,
                    C,
                    SIDE,
                    SIDE,
                    new Free(R),
                    R,
                    0,
                    R,
                    in(MAP),
                    0L,
                    out(R * R * 9L * C),
                    0L);
        }
    }

    private void convolution(ConvShape shape) {
        int outSide = shape.outputSize(SIDE);
        long outMap = (long) outSide * outSide * 24;
        Tensor weight = tensor(24, C, shape.kernel(), shape.kernel());
        for (Conv one : Implementations.convs()) {
            Conv.Filters filters = one.pack(arena, shape, weight, tensor(24));
            Object scratch = out(filters.scratchFloats(SIDE, SIDE));
            Class<?> contract = Conv.Filters.class;
            add(contract, filters, "forward", in(MAP), 0L, SIDE, SIDE, 0, outSide, scratch, 0L, out(outMap), 0L);
        }
        for (ConvGradient one : Implementations.convGradients()) {
            ConvGradient.InputFilters filters = one.packInput(arena, shape, weight);
            Object scratch = out(filters.scratchFloats(SIDE, SIDE));
            Class<?> contract = ConvGradient.InputFilters.class;
            add(contract, filters, "inputGradient", in(outMap), 0L, SIDE, SIDE, 0, SIDE, scratch, 0L, out(MAP), 0L);
            add(
                    ConvGradient.class,
                    one,
                    "weightGradient",
                    shape,
                    1,
                    SIDE,
                    SIDE,
                    one.parts(shape) - 1,
                    in(MAP),
                    0L,
                    in(outMap),
                    0L,
                    false,
                    out(weight.elements()),
                    0L,
                    out(one.scratchFloats(shape, 1, SIDE, SIDE)),
                    0L);
        }
    }

    private void patches() {
        int rows = SIDE / 2;
        long outMap = (long) rows * rows * N;
        for (PatchConv one : Implementations.patchConvs()) {
            PatchConv.Filters filters = one.pack(arena, tensor(N, C, 2, 2), tensor(N));
            Object scratch = out(filters.scratchFloats(SIDE) * rows);
            Object x = in((long) rows * 2 * SIDE * C);
            add(PatchConv.Filters.class, filters, "forward", x, 0L, SIDE, 0, rows, scratch, 0L, out(outMap), 0L);
        }
        for (PatchConvGradient one : Implementations.patchConvGradients()) {
            PatchConvGradient.Filters filters = one.pack(arena, tensor(N, C, 2, 2));
            Object scratch = out(filters.scratchFloats(SIDE, rows));
            Class<?> contract = PatchConvGradient.Filters.class;
            add(contract, filters, "inputGradient", in(outMap), 0L, SIDE, SIDE, 0, rows, out(MAP), 0L, scratch, 0L);
            add(
                    PatchConvGradient.class,
                    one,
                    "weightGradient",
                    R,
                    C,
                    2,
                    N,
                    0,
                    N,
                    in(ROWS * 4),
                    0L,
                    in(R * N),
                    0L,
                    false,
                    out(N * C * 4),
                    0L,
                    out(one.scratchFloats(R, C, 2, N)),
                    0L);
        }
    }

    private void pools() {
        for (GlobalAveragePool one : Implementations.globalAveragePools()) {
            add(GlobalAveragePool.class, one, "forward", R, C, in(ROWS), 0L, out(C), 0L);
        }
        int outSide = MaxPool.outputSize(SIDE);
        long outMap = (long) outSide * outSide * C;
        for (MaxPool one : Implementations.maxPools()) {
            add(MaxPool.class, one, "forward", SIDE, SIDE, C, 0, outSide, in(MAP), 0L, out(outMap), 0L);
        }
        for (MaxPoolGradient one : Implementations.maxPoolGradients()) {
            Object x = in(MAP);
            Object y = in(outMap);
            Class<?> contract = MaxPoolGradient.class;
            add(contract, one, "backward", SIDE, SIDE, C, 0, SIDE, x, 0L, y, 0L, in(outMap), 0L, out(MAP), 0L);
        }
    }

    private void training() {
        for (ColumnSums one : Implementations.columnSums()) {
            add(ColumnSums.class, one, "sum", R, 0, C, true, in(ROWS), 0L, C, out(C), 0L);
        }
        for (RowOperations one : Implementations.rowOperations()) {
            add(RowOperations.class, one, "dots", R, C, in(ROWS), 0L, C, in(ROWS), 0L, C, true, out(R), 0L);
            add(RowOperations.class, one, "scaleRows", R, C, in(R), 0L, in(ROWS), 0L, C, true, out(ROWS), 0L, C);
            add(RowOperations.class, one, "scale", R, C, 2f, in(ROWS), 0L, C, false, out(ROWS), 0L, C);
        }
        AdamW step = new AdamW(1e-3, 0.9, 0.999, 1e-8, 0.05, 1, 1);
        for (OptimizerKernels one : Implementations.optimizerKernels()) {
            Class<?> contract = OptimizerKernels.class;
            add(contract, one, "adamW", C, step, in(C), 0L, out(C), 0L, out(C), 0L, out(C), 0L);
            add(contract, one, "movingAverage", C, 0.9, in(C), 0L, out(C), 0L);
            add(contract, one, "squaredNorm", C, in(C), 0L);
            add(contract, one, "scale", C, 2f, out(C), 0L);
        }
    }
}
