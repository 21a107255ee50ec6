package org.convnext4j.engine.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.MaxPool;
import org.convnext4j.engine.kernel.Relu;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;
import org.convnext4j.engine.kernel.gradient.ReluGradient;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.engine.matrix.GemmConv;
import org.convnext4j.engine.matrix.MatrixConvGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.vector.VectorKernels;

/** As {@link VectorCalls}, of the kernels that the networks between ResNet and ConvNeXt need. */
final class RoadmapVectorCalls {
    private final Arena arena;
    private final Random random = new Random(2);
    private final Map<String, Runnable> calls = new LinkedHashMap<>();

    private RoadmapVectorCalls(Arena arena) {
        this.arena = arena;
    }

    /** The calls by name; their memory is the arena's. */
    static Map<String, Runnable> of(Arena arena) {
        RoadmapVectorCalls all = new RoadmapVectorCalls(arena);
        all.conv(ConvShape.dense(3, 24, 7, 2, 3), 15);
        all.conv(ConvShape.dense(24, 40, 3, 1, 1), 7);
        all.conv(ConvShape.dense(24, 40, 3, 2, 1), 7);
        all.conv(ConvShape.dense(48, 40, 1, 2, 0), 7);
        all.conv(ConvShape.dense(48, 40, 1, 1, 0), 7);
        all.conv(ConvShape.dense(48, 40, 2, 2, 0), 8);
        all.conv(new ConvShape(24, 48, 3, 1, 1, 3), 7);
        // Whole vectors, a tail after them, and less than a vector.
        for (int channels : new int[] {96, 77, 12}) {
            for (int kernel : new int[] {3, 5, 7, 9, 11}) {
                all.depthwise(kernel, 2, 9, channels);
            }
            all.depthwise(3, 1, 14, channels);
            all.depthwise(5, 1, 8, channels);
            all.batchNorm(131, channels);
            all.relu(5, channels);
            all.maxPool(7, channels);
        }
        return all.calls;
    }

    private void conv(ConvShape shape, int side) {
        Tensor weight = tensor(shape.outputs(), shape.groupInputs(), shape.kernel(), shape.kernel());
        Conv.Filters filters =
                new GemmConv(VectorKernels.gemm(), VectorKernels.windowGather()).pack(arena, shape, weight, null);
        ConvGradient gradient = new MatrixConvGradient(
                VectorKernels.gemm(), VectorKernels.matrixProduct(), VectorKernels.windowGather());
        ConvGradient.InputFilters turned = gradient.packInput(arena, shape, weight);
        int out = shape.outputSize(side);
        MemorySegment x = tensor(side, side, shape.inputs()).data();
        MemorySegment y = tensor(out, out, shape.outputs()).data();
        MemorySegment w = weight.data();
        MemorySegment s = scratch(Math.max(
                gradient.scratchFloats(shape, 1, side, side),
                Math.max(filters.scratchFloats(side, side), turned.scratchFloats(side, side))));
        calls.put(shape + " " + side, () -> filters.forward(x, 0, side, side, 0, out, s, 0, y, 0));
        calls.put(shape + " input " + side, () -> turned.inputGradient(y, 0, side, side, 0, side, s, 0, x, 0));
        int last = gradient.parts(shape) - 1;
        calls.put(
                shape + " weight " + side,
                () -> gradient.weightGradient(shape, 1, side, side, last, x, 0, y, 0, false, w, 0, s, 0));
    }

    private void depthwise(int kernel, int stride, int side, int channels) {
        Tensor weight = tensor(channels, 1, kernel, kernel);
        StridedDepthwiseConv.Filters filters =
                VectorKernels.stridedDepthwiseConv().pack(arena, stride, weight, null);
        StridedDepthwiseConvGradient gradient = VectorKernels.stridedDepthwiseConvGradient();
        StridedDepthwiseConvGradient.InputFilters turned = gradient.packInput(arena, stride, weight);
        int out = StridedDepthwiseConv.outputSize(side, stride);
        MemorySegment x = tensor(side, side, channels).data();
        MemorySegment y = tensor(out, out, channels).data();
        MemorySegment w = weight.data();
        MemorySegment s = scratch(Math.max(
                gradient.scratchFloats(kernel, stride, side, channels),
                Math.max(filters.scratchFloats(side), turned.scratchFloats(side))));
        String shape = "depthwise " + kernel + "/" + stride + " " + side + "x" + channels;
        calls.put(shape, () -> filters.forward(x, 0, side, side, 0, out, s, 0, y, 0));
        calls.put(shape + " input", () -> turned.inputGradient(y, 0, side, side, 0, side, s, 0, x, 0));
        int c = channels;
        calls.put(
                shape + " weight",
                () -> gradient.weightGradient(kernel, stride, 1, side, side, c, 0, c, x, 0, y, 0, false, w, 0, s, 0));
    }

    private void batchNorm(int rows, int channels) {
        BatchNorm norm = VectorKernels.batchNorm();
        BatchNormGradient gradient = VectorKernels.batchNormGradient();
        MemorySegment x = tensor(rows, channels).data();
        MemorySegment y = tensor(rows, channels).data();
        MemorySegment v = tensor(4, channels).data();
        MemorySegment parts = tensor(BatchNorm.parts(rows), 2, channels).data();
        int c = channels;
        String shape = rows + "x" + channels;
        calls.put("statistics " + shape, () -> norm.partStatistics(0, rows, c, x, 0, c, parts, 0));
        calls.put("batchnorm " + shape, () -> norm.affine(rows, c, v, 0, v, 0, true, x, 0, c, y, 0, c));
        calls.put("batchnorm sums " + shape, () -> gradient.partSums(0, rows, c, v, 0, x, 0, c, y, 0, c, parts, 0));
        calls.put(
                "batchnorm gradient " + shape, () -> gradient.inputGradient(rows, c, v, 0, x, 0, c, x, 0, c, y, 0, c));
    }

    private void relu(int rows, int columns) {
        Relu relu = VectorKernels.relu();
        ReluGradient gradient = VectorKernels.reluGradient();
        MemorySegment x = tensor(rows, columns).data();
        MemorySegment y = tensor(rows, columns).data();
        int n = columns;
        String shape = rows + "x" + columns;
        calls.put("relu " + shape, () -> relu.forward(rows, n, x, 0, n, y, 0, n));
        calls.put("relu of sums " + shape, () -> relu.forwardSum(rows, n, x, 0, n, x, 0, n, y, 0, n));
        calls.put("relu gradient " + shape, () -> gradient.backward(rows, n, x, 0, n, x, 0, n, y, 0, n));
    }

    private void maxPool(int side, int channels) {
        MaxPool pool = VectorKernels.maxPool();
        MaxPoolGradient gradient = VectorKernels.maxPoolGradient();
        int out = MaxPool.outputSize(side);
        MemorySegment x = tensor(side, side, channels).data();
        MemorySegment y = tensor(out, out, channels).data();
        MemorySegment gradY = tensor(out, out, channels).data();
        MemorySegment gradX = tensor(side, side, channels).data();
        int c = channels;
        calls.put("maxpool " + side + "x" + c, () -> pool.forward(side, side, c, 0, out, x, 0, y, 0));
        calls.put(
                "maxpool gradient " + side + "x" + c,
                () -> gradient.backward(side, side, c, 0, side, x, 0, y, 0, gradY, 0, gradX, 0));
    }

    private MemorySegment scratch(long floats) {
        return arena.allocate(floats * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    private Tensor tensor(int... dims) {
        Tensor tensor = Tensor.allocate(arena, dims);
        for (long i = 0; i < tensor.elements(); i++) {
            tensor.set(i, random.nextFloat() - 0.5f);
        }
        return tensor;
    }
}
