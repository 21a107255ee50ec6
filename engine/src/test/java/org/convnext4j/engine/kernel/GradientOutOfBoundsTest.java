package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.kernel.gradient.ColumnSums;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.kernel.gradient.RowOperations;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A segment that is one float too short, whichever operand it is, must throw and not crash the JVM. */
@EachWidth
final class GradientOutOfBoundsTest {
    private static final int ROWS = 3;
    private static final int K = 19;
    private static final int SIDE = 8;

    static Stream<Arguments> depthwiseConvs() {
        return Samples.named(Implementations.depthwiseConvGradients(), DepthwiseConvGradient::name);
    }

    static Stream<Arguments> layerNorms() {
        return Samples.named(Implementations.layerNormGradients(), LayerNormGradient::name);
    }

    static Stream<Arguments> gelus() {
        return Samples.named(Implementations.geluGradients(), GeluGradient::name);
    }

    static Stream<Arguments> columnSums() {
        return Samples.named(Implementations.columnSums(), ColumnSums::name);
    }

    static Stream<Arguments> rowOperations() {
        return Samples.named(Implementations.rowOperations(), RowOperations::name);
    }

    static Stream<Arguments> optimizers() {
        return Samples.named(Implementations.optimizerKernels(), OptimizerKernels::name);
    }

    static Stream<Arguments> patchConvs() {
        return Samples.named(Implementations.patchConvGradients(), PatchConvGradient::name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("depthwiseConvs")
    void depthwiseConv(DepthwiseConvGradient gradient) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = floats(arena, 2 * SIDE * SIDE * K);
            MemorySegment shortMap = floats(arena, 2 * SIDE * SIDE * K - 1);
            MemorySegment weight = floats(arena, 49 * K);
            MemorySegment shortWeight = floats(arena, 49 * K - 1);
            MemorySegment bias = floats(arena, K);
            MemorySegment shortBias = floats(arena, K - 1);
            MemorySegment scratch = floats(arena, gradient.scratchFloats(SIDE));
            DepthwiseCall call = (x, y, w, b, s) ->
                    gradient.weightGradient(2, SIDE, SIDE, K, 0, K, x, 0, y, 0, false, w, 0, b, 0, s, 0);
            call.run(map, map, weight, bias, scratch);
            throwsOutOfBounds(() -> call.run(shortMap, map, weight, bias, scratch));
            throwsOutOfBounds(() -> call.run(map, shortMap, weight, bias, scratch));
            throwsOutOfBounds(() -> call.run(map, map, shortWeight, bias, scratch));
            throwsOutOfBounds(() -> call.run(map, map, weight, shortBias, scratch));
            if (gradient.scratchFloats(SIDE) > 0) {
                MemorySegment shortScratch = floats(arena, gradient.scratchFloats(SIDE) - 1);
                throwsOutOfBounds(() -> call.run(map, map, weight, bias, shortScratch));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layerNorms")
    void layerNorm(LayerNormGradient gradient) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = floats(arena, ROWS * K);
            MemorySegment tooShort = floats(arena, ROWS * K - 1);
            MemorySegment out = floats(arena, ROWS * K);
            MemorySegment weight = floats(arena, K);
            MemorySegment shortWeight = floats(arena, K - 1);
            MemorySegment parts = floats(arena, 2 * K);
            MemorySegment shortParts = floats(arena, 2 * K - 1);
            LayerNormCall call =
                    (w, x, y, z, p) -> gradient.backward(0, ROWS, K, 1, w, 0, x, 0, K, y, 0, K, z, 0, K, p, 0);
            call.run(weight, full, full, out, parts);
            throwsOutOfBounds(() -> call.run(shortWeight, full, full, out, parts));
            throwsOutOfBounds(() -> call.run(weight, tooShort, full, out, parts));
            throwsOutOfBounds(() -> call.run(weight, full, tooShort, out, parts));
            throwsOutOfBounds(() -> call.run(weight, full, full, tooShort, parts));
            throwsOutOfBounds(() -> call.run(weight, full, full, out, shortParts));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gelus")
    void gelu(GeluGradient gelu) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = floats(arena, ROWS * K);
            MemorySegment out = floats(arena, ROWS * K);
            MemorySegment tooShort = floats(arena, ROWS * K - 1);
            throwsOutOfBounds(() -> gelu.backward(ROWS, K, tooShort, 0, K, full, 0, K, out, 0, K));
            throwsOutOfBounds(() -> gelu.backward(ROWS, K, full, 0, K, tooShort, 0, K, out, 0, K));
            throwsOutOfBounds(() -> gelu.backward(ROWS, K, full, 0, K, full, 0, K, tooShort, 0, K));
            throwsOutOfBounds(() -> gelu.forwardAndBackward(ROWS, K, tooShort, 0, K, out, 0, K, full, 0, K, out, 0, K));
            throwsOutOfBounds(
                    () -> gelu.forwardAndBackward(ROWS, K, full, 0, K, tooShort, 0, K, full, 0, K, out, 0, K));
            throwsOutOfBounds(() -> gelu.forwardAndBackward(ROWS, K, full, 0, K, out, 0, K, tooShort, 0, K, out, 0, K));
            throwsOutOfBounds(
                    () -> gelu.forwardAndBackward(ROWS, K, full, 0, K, out, 0, K, full, 0, K, tooShort, 0, K));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("columnSums")
    void columnSums(ColumnSums sums) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = floats(arena, ROWS * K);
            MemorySegment tooShort = floats(arena, ROWS * K - 1);
            MemorySegment out = floats(arena, K);
            MemorySegment shortOut = floats(arena, K - 1);
            throwsOutOfBounds(() -> sums.sum(ROWS, 0, K, false, tooShort, 0, K, out, 0));
            throwsOutOfBounds(() -> sums.sum(ROWS, 0, K, false, full, 0, K, shortOut, 0));
            throwsOutOfBounds(() -> sums.sum(ROWS, 0, K, false, full, -4, K, out, 0));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rowOperations")
    void rowOperations(RowOperations operations) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = floats(arena, ROWS * K);
            MemorySegment tooShort = floats(arena, ROWS * K - 1);
            MemorySegment out = floats(arena, ROWS * K);
            MemorySegment rows = floats(arena, ROWS);
            MemorySegment shortRows = floats(arena, ROWS - 1);
            throwsOutOfBounds(() -> operations.dots(ROWS, K, tooShort, 0, K, full, 0, K, false, rows, 0));
            throwsOutOfBounds(() -> operations.dots(ROWS, K, full, 0, K, tooShort, 0, K, false, rows, 0));
            throwsOutOfBounds(() -> operations.dots(ROWS, K, full, 0, K, full, 0, K, false, shortRows, 0));
            throwsOutOfBounds(() -> operations.scaleRows(ROWS, K, shortRows, 0, full, 0, K, false, out, 0, K));
            throwsOutOfBounds(() -> operations.scaleRows(ROWS, K, rows, 0, tooShort, 0, K, false, out, 0, K));
            throwsOutOfBounds(() -> operations.scaleRows(ROWS, K, rows, 0, full, 0, K, true, tooShort, 0, K));
            throwsOutOfBounds(() -> operations.scale(ROWS, K, 2, tooShort, 0, K, false, out, 0, K));
            throwsOutOfBounds(() -> operations.scale(ROWS, K, 2, full, 0, K, true, tooShort, 0, K));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("optimizers")
    void optimizer(OptimizerKernels kernels) {
        try (Arena arena = Arena.ofConfined()) {
            AdamW step = new AdamW(1, 0.9, 0.999, 1e-8, 0, 1, 1);
            MemorySegment g = floats(arena, K);
            MemorySegment p = floats(arena, K);
            MemorySegment m = floats(arena, K);
            MemorySegment v = floats(arena, K);
            MemorySegment tooShort = floats(arena, K - 1);
            throwsOutOfBounds(() -> kernels.adamW(K, step, tooShort, 0, p, 0, m, 0, v, 0));
            throwsOutOfBounds(() -> kernels.adamW(K, step, g, 0, tooShort, 0, m, 0, v, 0));
            throwsOutOfBounds(() -> kernels.adamW(K, step, g, 0, p, 0, tooShort, 0, v, 0));
            throwsOutOfBounds(() -> kernels.adamW(K, step, g, 0, p, 0, m, 0, tooShort, 0));
            throwsOutOfBounds(() -> kernels.movingAverage(K, 0.5, tooShort, 0, p, 0));
            throwsOutOfBounds(() -> kernels.movingAverage(K, 0.5, g, 0, tooShort, 0));
            throwsOutOfBounds(() -> kernels.squaredNorm(K, tooShort, 0));
            throwsOutOfBounds(() -> kernels.scale(K, 2, tooShort, 0));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("patchConvs")
    void patchConv(PatchConvGradient gradient) {
        int outputs = 5;
        int rows = SIDE / 2;
        int pixels = rows * rows;
        try (Arena arena = Arena.ofConfined()) {
            PatchConvGradient.Filters filters = gradient.pack(arena, Tensor.allocate(arena, outputs, K, 2, 2));
            MemorySegment y = floats(arena, (long) pixels * outputs);
            MemorySegment shortY = floats(arena, (long) pixels * outputs - 1);
            MemorySegment x = floats(arena, SIDE * SIDE * K);
            MemorySegment shortX = floats(arena, SIDE * SIDE * K - 1);
            MemorySegment weight = floats(arena, 4L * outputs * K);
            MemorySegment shortWeight = floats(arena, 4L * outputs * K - 1);
            MemorySegment scratch = floats(
                    arena, Math.max(filters.scratchFloats(SIDE, rows), gradient.scratchFloats(pixels, K, 2, outputs)));
            throwsOutOfBounds(() -> filters.inputGradient(shortY, 0, SIDE, SIDE, 0, rows, x, 0, scratch, 0));
            throwsOutOfBounds(() -> filters.inputGradient(y, 0, SIDE, SIDE, 0, rows, shortX, 0, scratch, 0));
            throwsOutOfBounds(() -> gradient.weightGradient(
                    pixels, K, 2, outputs, 0, outputs, shortX, 0, y, 0, false, weight, 0, scratch, 0));
            throwsOutOfBounds(() -> gradient.weightGradient(
                    pixels, K, 2, outputs, 0, outputs, x, 0, shortY, 0, false, weight, 0, scratch, 0));
            throwsOutOfBounds(() -> gradient.weightGradient(
                    pixels, K, 2, outputs, 0, outputs, x, 0, y, 0, false, shortWeight, 0, scratch, 0));
        }
    }

    /** The operands of a weight gradient. */
    private interface DepthwiseCall {
        void run(MemorySegment x, MemorySegment gradY, MemorySegment weight, MemorySegment bias, MemorySegment scratch);
    }

    /** The operands of a gradient of layer normalisation. */
    private interface LayerNormCall {
        void run(MemorySegment weight, MemorySegment x, MemorySegment gradY, MemorySegment gradX, MemorySegment parts);
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}
