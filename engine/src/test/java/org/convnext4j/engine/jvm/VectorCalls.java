package org.convnext4j.engine.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.GlobalAveragePool;
import org.convnext4j.engine.kernel.LayerNorm;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.engine.kernel.ResponseNorm;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.ColumnSums;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.kernel.gradient.RowOperations;
import org.convnext4j.engine.matrix.GemmPatchConv;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.vector.VectorKernels;

/**
 * One call of every vector kernel at ConvNeXt-Tiny's shapes and at shapes that reach the narrow tiles and the tails, as
 * tasks that a test repeats.
 */
final class VectorCalls {
    private static final float EPSILON = 1e-6f;

    private final Arena arena;
    private final Random random = new Random(1);
    private final Map<String, Runnable> calls = new LinkedHashMap<>();

    private VectorCalls(Arena arena) {
        this.arena = arena;
    }

    /** The calls by name; their memory is the arena's. */
    static Map<String, Runnable> of(Arena arena) {
        VectorCalls all = new VectorCalls(arena);
        int[][] stages = {{56, 96}, {28, 192}, {14, 384}, {7, 768}};
        for (int[] stage : stages) {
            int side = stage[0];
            int channels = stage[1];
            // Four tiles: the first pass over all of this is interpreted.
            int rows = 24;
            all.gemm(rows, channels, 4 * channels, Gemm.Epilogue.GELU);
            all.gemm(rows, 4 * channels, channels, Gemm.Epilogue.ADD_RESIDUAL);
            all.depthwise(side, Math.min(side, 5), channels);
            all.layerNorm(rows, channels);
        }
        // Every height of tile, every width of panel and a tail.
        for (int rows : new int[] {1, 2, 3, 5, 7}) {
            for (int outputs : new int[] {16, 48, 64, 1000, 77}) {
                all.gemm(rows, 96, outputs, Gemm.Epilogue.NONE);
            }
        }
        for (int side : new int[] {1, 3, 8, 9, 10}) {
            all.depthwise(side, side, 72);
            all.depthwise(side, side, 19);
        }
        all.layerNorm(49, 101);
        all.gelu(24, 1536);
        all.gelu(7, 77);
        all.pool(49, 768);
        all.pool(9, 77);
        all.patch(4, 96, 3, 96);
        all.patch(2, 14, 384, 768);
        // Whole vectors and a tail; widths with and without a rest after steps of 4.
        for (int channels : new int[] {96, 77}) {
            all.depthwiseGradient(14, 7, channels);
            all.layerNormGradient(24, channels);
            all.geluGradient(6, 4 * channels + 1);
            all.product(50, channels, 300);
            all.refresh(channels, 4 * channels);
            all.columnSums(131, channels);
            all.rowOperations(5, 4 * channels);
        }
        for (int channels : new int[] {96, 77, 131}) {
            for (NormKind kind : new NormKind[] {NormKind.SIMPLE, NormKind.RMS}) {
                all.scaleNorm(24, channels, kind);
            }
            all.responseNorm(14, 4 * channels);
            all.dilatedDepthwise(9, channels, 3, 1);
            all.dilatedDepthwise(9, channels, 7, 4);
        }
        all.gate(7, 77, ActivationKind.GELU_TANH);
        all.gate(24, 128, ActivationKind.SILU);
        all.optimizer(1037);
        return all.calls;
    }

    private void gemm(int rows, int inputs, int outputs, Gemm.Epilogue epilogue) {
        Gemm.Linear linear = VectorKernels.gemm().pack(arena, tensor(outputs, inputs), tensor(outputs));
        MemorySegment x = tensor(rows, inputs).data();
        MemorySegment residual = tensor(rows, outputs).data();
        MemorySegment y = tensor(rows, outputs).data();
        calls.put(
                "gemm " + rows + "x" + inputs + "x" + outputs + " " + epilogue,
                () -> linear.forward(rows, x, 0, inputs, 0, outputs, epilogue, residual, y, 0, outputs));
    }

    private void refresh(int inputs, int outputs) {
        for (boolean transposed : new boolean[] {false, true}) {
            Tensor weight = transposed ? tensor(inputs, outputs) : tensor(outputs, inputs);
            Gemm.LiveLinear live = VectorKernels.gemm().follow(arena, weight, transposed, tensor(outputs));
            calls.put("refresh " + weight.shape() + " " + transposed, () -> live.refresh(0, outputs));
        }
    }

    private void depthwise(int side, int rows, int channels) {
        DepthwiseConv.Filters filters =
                VectorKernels.depthwiseConv().pack(arena, tensor(channels, 1, 7, 7), tensor(channels));
        MemorySegment x = tensor(side, side, channels).data();
        MemorySegment y = tensor(rows, side, channels).data();
        calls.put("dwconv " + side + "x" + channels, () -> filters.forward(x, 0, side, side, 0, rows, y, 0));
    }

    private void layerNorm(int rows, int channels) {
        LayerNorm norm = VectorKernels.layerNorm();
        MemorySegment weight = tensor(channels).data();
        MemorySegment x = tensor(rows, channels).data();
        MemorySegment y = tensor(rows, channels).data();
        String shape = rows + "x" + channels;
        calls.put("normalize " + shape, () -> norm.normalize(rows, channels, EPSILON, x, 0, channels, y, 0, channels));
        calls.put(
                "layernorm " + shape,
                () -> norm.forward(rows, channels, EPSILON, weight, weight, x, 0, channels, y, 0, channels));
    }

    private void gelu(int rows, int columns) {
        Gelu gelu = VectorKernels.gelu();
        MemorySegment x = tensor(rows, columns).data();
        MemorySegment y = tensor(rows, columns).data();
        calls.put("gelu " + rows + "x" + columns, () -> gelu.forward(rows, columns, x, 0, columns, y, 0, columns));
    }

    private void scaleNorm(int rows, int channels, NormKind kind) {
        ChannelNorm norm = VectorKernels.scaleNorm(kind);
        MemorySegment weight = tensor(channels).data();
        MemorySegment x = tensor(rows, channels).data();
        MemorySegment y = tensor(rows, channels).data();
        String shape = kind + " " + rows + "x" + channels;
        calls.put("normalize " + shape, () -> norm.normalize(rows, channels, EPSILON, x, 0, channels, y, 0, channels));
        calls.put(
                "norm " + shape,
                () -> norm.forward(rows, channels, EPSILON, weight, weight, x, 0, channels, y, 0, channels));
    }

    private void gate(int rows, int columns, ActivationKind kind) {
        Activation gate = VectorKernels.sigmoidGate(kind);
        MemorySegment x = tensor(rows, columns).data();
        MemorySegment y = tensor(rows, columns).data();
        calls.put(kind + " " + rows + "x" + columns, () -> gate.forward(rows, columns, x, 0, columns, y, 0, columns));
    }

    private void responseNorm(int pixels, int channels) {
        ResponseNorm norm = VectorKernels.responseNorm();
        MemorySegment x = tensor(pixels, channels).data();
        MemorySegment sums = tensor(pixels, channels).data();
        MemorySegment row = tensor(channels).data();
        MemorySegment factors = tensor(channels).data();
        MemorySegment ones = tensor(channels).data();
        String shape = pixels + "x" + channels;
        int c = channels;
        calls.put("sum of squares " + shape, () -> norm.sumSquares(pixels, c, x, 0, c, sums, 0));
        calls.put("response factors " + shape, () -> norm.factors(pixels, c, EPSILON, x, 0, row, factors, 0));
        // Factors below 1, so that the values stay finite however often it runs.
        calls.put("response " + shape, () -> norm.apply(pixels, c, ones, 0, row, sums, 0, c));
    }

    private void dilatedDepthwise(int side, int channels, int kernel, int dilation) {
        DepthwiseConv.Filters filters = VectorKernels.dilatedDepthwiseConv()
                .pack(arena, dilation, tensor(channels, 1, kernel, kernel), tensor(channels));
        MemorySegment x = tensor(side, side, channels).data();
        MemorySegment y = tensor(side, side, channels).data();
        calls.put(
                "dwconv " + kernel + " dilation " + dilation + " " + side + "x" + channels,
                () -> filters.forward(x, 0, side, side, 0, side, y, 0));
    }

    private void pool(int pixels, int channels) {
        GlobalAveragePool pool = VectorKernels.globalAveragePool();
        MemorySegment x = tensor(pixels, channels).data();
        MemorySegment y = tensor(channels).data();
        calls.put("pool " + pixels + "x" + channels, () -> pool.forward(pixels, channels, x, 0, y, 0));
    }

    private void patch(int patch, int width, int channels, int outputs) {
        PatchConv.Filters filters = new GemmPatchConv(VectorKernels.gemm())
                .pack(arena, tensor(outputs, channels, patch, patch), tensor(outputs));
        MemorySegment x = tensor(patch, width, channels).data();
        MemorySegment scratch = arena.allocate(filters.scratchFloats(width) * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        MemorySegment y = tensor(width / patch, outputs).data();
        calls.put("patch " + patch + "x" + outputs, () -> filters.forward(x, 0, width, 0, 1, scratch, 0, y, 0));
    }

    private void product(int m, int n, int k) {
        MatrixProduct product = VectorKernels.matrixProduct();
        MemorySegment a = tensor(m, k).data();
        MemorySegment b = tensor(k, n).data();
        MemorySegment c = tensor(m, n).data();
        MemorySegment scratch = arena.allocate(product.scratchFloats(m, n, k) * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        calls.put(
                "product " + m + "x" + k + "x" + n,
                () -> product.multiply(m, n, k, a, 0, k, false, b, 0, n, false, true, c, 0, n, scratch, 0));
        calls.put(
                "product " + m + "x" + k + "x" + n + " transposed",
                () -> product.multiply(m, n, k, a, 0, m, true, b, 0, k, true, false, c, 0, n, scratch, 0));
        calls.put(
                "product " + m + "x" + k + "x" + n + " of rows as they lie",
                () -> product.multiply(m, n, k, a, 0, m, true, b, 0, n, false, true, c, 0, n, scratch, 0));
    }

    private void depthwiseGradient(int height, int width, int channels) {
        DepthwiseConvGradient gradient = VectorKernels.depthwiseConvGradient();
        MemorySegment x = tensor(height, width, channels).data();
        MemorySegment gradY = tensor(height, width, channels).data();
        MemorySegment weight = tensor(channels, 49).data();
        MemorySegment bias = tensor(channels).data();
        MemorySegment scratch = arena.allocate(gradient.scratchFloats(width) * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        calls.put(
                "dwconv gradient " + width + "x" + channels,
                () -> gradient.weightGradient(
                        1, height, width, channels, 0, channels, x, 0, gradY, 0, true, weight, 0, bias, 0, scratch, 0));
    }

    private void layerNormGradient(int rows, int channels) {
        LayerNormGradient gradient = VectorKernels.layerNormGradient();
        MemorySegment w = tensor(channels).data();
        MemorySegment x = tensor(rows, channels).data();
        MemorySegment gradY = tensor(rows, channels).data();
        MemorySegment gradX = tensor(rows, channels).data();
        MemorySegment parts =
                tensor(ChannelNormGradient.parts(rows), 2 * channels).data();
        int c = channels;
        calls.put(
                "layernorm gradient " + rows + "x" + channels,
                () -> gradient.backward(0, rows, c, EPSILON, w, 0, x, 0, c, gradY, 0, c, gradX, 0, c, parts, 0));
    }

    private void geluGradient(int rows, int columns) {
        GeluGradient gradient = VectorKernels.geluGradient();
        MemorySegment x = tensor(rows, columns).data();
        MemorySegment y = tensor(rows, columns).data();
        MemorySegment gradY = tensor(rows, columns).data();
        MemorySegment gradX = tensor(rows, columns).data();
        int n = columns;
        String shape = rows + "x" + columns;
        calls.put("gelu gradient " + shape, () -> gradient.backward(rows, n, x, 0, n, gradY, 0, n, gradX, 0, n));
        calls.put(
                "gelu and gradient " + shape,
                () -> gradient.forwardAndBackward(rows, n, x, 0, n, y, 0, n, gradY, 0, n, gradX, 0, n));
    }

    private void columnSums(int rows, int columns) {
        ColumnSums sums = VectorKernels.columnSums();
        MemorySegment x = tensor(rows, columns).data();
        MemorySegment y = tensor(columns).data();
        calls.put("sums " + rows + "x" + columns, () -> sums.sum(rows, 0, columns, false, x, 0, columns, y, 0));
    }

    private void rowOperations(int rows, int columns) {
        RowOperations operations = VectorKernels.rowOperations();
        MemorySegment x = tensor(rows, columns).data();
        MemorySegment y = tensor(rows, columns).data();
        MemorySegment f = tensor(rows).data();
        int n = columns;
        String shape = rows + "x" + columns;
        calls.put("dots " + shape, () -> operations.dots(rows, n, x, 0, n, y, 0, n, false, f, 0));
        calls.put("scale rows " + shape, () -> operations.scaleRows(rows, n, f, 0, x, 0, n, false, y, 0, n));
        calls.put("add scaled " + shape, () -> operations.scale(rows, n, 1e-9f, x, 0, n, true, y, 0, n));
    }

    private void optimizer(int count) {
        OptimizerKernels kernels = VectorKernels.optimizerKernels();
        AdamW step = new AdamW(1e-3, 0.9, 0.999, 1e-8, 0.05, 10, 1);
        MemorySegment g = tensor(count).data();
        MemorySegment p = tensor(count).data();
        MemorySegment m = tensor(count).data();
        MemorySegment v = Tensor.allocate(arena, count).data();
        calls.put("adamw " + count, () -> kernels.adamW(count, step, g, 0, p, 0, m, 0, v, 0));
        calls.put("moving average " + count, () -> kernels.movingAverage(count, 0.99, p, 0, m, 0));
        calls.put("squared norm " + count, () -> {
            double norm = kernels.squaredNorm(count, g, 0);
            g.set(Tensor.FLOAT, 0, norm < 0 ? 1 : 0);
        });
        calls.put("scale " + count, () -> kernels.scale(count, 1, g, 0));
    }

    private Tensor tensor(int... dims) {
        Tensor tensor = Tensor.allocate(arena, dims);
        for (long i = 0; i < tensor.elements(); i++) {
            tensor.set(i, random.nextFloat() - 0.5f);
        }
        return tensor;
    }
}
