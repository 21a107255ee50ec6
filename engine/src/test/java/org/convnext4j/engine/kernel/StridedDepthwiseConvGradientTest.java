package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarStridedDepthwiseConvGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of depthwise convolutions of any size against the definition in double. */
@EachWidth
final class StridedDepthwiseConvGradientTest {
    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.stridedDepthwiseConvGradients(), StridedDepthwiseConvGradient::name, 150);
    }

    static Stream<Arguments> named() {
        return Samples.named(Implementations.stridedDepthwiseConvGradients(), StridedDepthwiseConvGradient::name);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void inputGradientAgreesWithTheDefinitionWholeAndInRanges(StridedDepthwiseConvGradient gradient, int seed) {
        Random random = new Random(seed);
        ConvProblem problem = StridedDepthwiseConvTest.problem(random, seed);
        ConvShape shape = problem.shape();
        String what = gradient.name() + ", seed " + seed + ", " + problem;
        int rows = problem.images() * problem.height();
        try (Arena arena = Arena.ofConfined()) {
            StridedDepthwiseConvGradient.InputFilters filters = gradient.packInput(
                    arena,
                    shape.stride(),
                    Tensor.of(arena, problem.weight(), shape.outputs(), 1, shape.kernel(), shape.kernel()));
            assertEquals(shape.inputs(), filters.channels());
            assertEquals(shape.kernel(), filters.kernel());
            assertEquals(shape.stride(), filters.stride());
            Guarded gradY = Guarded.dense(arena, random, problem.images() * problem.outHeight(), problem.outLine())
                    .fill(problem.gradY());
            Guarded gradX = Guarded.dense(arena, random, rows, problem.line());
            run(filters, random, arena, problem, gradY, 0, rows, gradX);
            gradX.assertGuards(what);
            problem.inputGradient().assertClose(what, Bounds.sum(shape.windowFloats()), gradX.values());
            Bounds.assertSameBits(what + ", gradY", problem.gradY(), gradY.values());

            Guarded parts = gradX.sameLayout(arena);
            for (int begin = 0; begin < rows; ) {
                int end = begin + 1 + random.nextInt(rows - begin);
                run(filters, random, arena, problem, gradY, begin, end, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            Bounds.assertSameBits(what + ", in parts", gradX.values(), parts.values());
        }
    }

    private static void run(
            StridedDepthwiseConvGradient.InputFilters filters,
            Random random,
            Arena arena,
            ConvProblem problem,
            Guarded gradY,
            int begin,
            int end,
            Guarded gradX) {
        int floats = Math.toIntExact(filters.scratchFloats(problem.width()));
        Guarded scratch = Guarded.dense(arena, random, 1, floats);
        filters.inputGradient(
                gradY.segment(),
                gradY.bytes(),
                problem.height(),
                problem.width(),
                begin,
                end,
                scratch.segment(),
                scratch.bytes(),
                gradX.segment(),
                gradX.bytes());
        scratch.assertGuardsOutside("scratch");
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void weightGradientAgreesWithTheDefinitionAtAnyRangeOfChannels(StridedDepthwiseConvGradient gradient, int seed) {
        Random random = new Random(seed);
        ConvProblem problem = StridedDepthwiseConvTest.problem(random, seed);
        ConvShape shape = problem.shape();
        int channels = shape.inputs();
        boolean accumulate = random.nextBoolean();
        String what = gradient.name() + ", seed " + seed + ", " + problem + (accumulate ? ", added" : "");
        float[] before = accumulate ? Samples.of(Samples.Kind.NORMAL, random, problem.weight().length) : new float[0];
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, problem.images() * problem.height(), problem.line())
                    .fill(problem.x());
            Guarded gradY = Guarded.dense(arena, random, problem.images() * problem.outHeight(), problem.outLine())
                    .fill(problem.gradY());
            Guarded whole = Guarded.dense(arena, random, channels, shape.windowFloats());
            Guarded parts = whole.sameLayout(arena);
            if (accumulate) {
                whole.fill(before);
                parts.fill(before);
            }
            weights(gradient, random, arena, problem, 0, channels, x, gradY, accumulate, whole);
            whole.assertGuards(what);
            // In stages, so that a term takes part in the additions of its row, its picture and the whole.
            double relative = Bounds.sum(problem.outWidth() + problem.outHeight() + problem.images() + 1);
            problem.weightGradient(before).assertClose(what, relative, whole.values());
            for (int begin = 0; begin < channels; ) {
                int end = begin + 1 + random.nextInt(channels - begin);
                weights(gradient, random, arena, problem, begin, end, x, gradY, accumulate, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            Bounds.assertSameBits(what + ", in parts", whole.values(), parts.values());
            Bounds.assertSameBits(what + ", x", problem.x(), x.values());
            Bounds.assertSameBits(what + ", gradY", problem.gradY(), gradY.values());
        }
    }

    private static void weights(
            StridedDepthwiseConvGradient gradient,
            Random random,
            Arena arena,
            ConvProblem problem,
            int begin,
            int end,
            Guarded x,
            Guarded gradY,
            boolean accumulate,
            Guarded gradWeight) {
        ConvShape shape = problem.shape();
        int floats = Math.toIntExact(
                gradient.scratchFloats(shape.kernel(), shape.stride(), problem.width(), shape.inputs()));
        Guarded scratch = Guarded.dense(arena, random, 1, floats);
        gradient.weightGradient(
                shape.kernel(),
                shape.stride(),
                problem.images(),
                problem.height(),
                problem.width(),
                shape.inputs(),
                begin,
                end,
                x.segment(),
                x.bytes(),
                gradY.segment(),
                gradY.bytes(),
                accumulate,
                gradWeight.segment(),
                gradWeight.bytes(),
                scratch.segment(),
                scratch.bytes());
        scratch.assertGuardsOutside("scratch");
    }

    @Test
    void theOraclesGradientsAreThoseOfTheLoss() {
        Random random = new Random(6);
        StridedDepthwiseConvGradient gradient = new ScalarStridedDepthwiseConvGradient();
        for (int kernel : StridedDepthwiseConvTest.KERNELS) {
            for (int stride : new int[] {1, 2}) {
                ConvShape shape = new ConvShape(3, 3, kernel, stride, kernel / 2, 3);
                ConvProblem any = ConvProblem.random(random, shape, 2, 5, 6);
                float[] x = Samples.of(Samples.Kind.NORMAL, random, any.x().length);
                ConvProblem problem = new ConvProblem(shape, 2, 5, 6, x, any.weight(), any.bias(), any.gradY());
                try (Arena arena = Arena.ofConfined()) {
                    Tensor weight = Tensor.of(arena, problem.weight(), 3, 1, kernel, kernel);
                    MemorySegment in = Tensor.of(arena, x, x.length).data();
                    MemorySegment gradY = Tensor.of(arena, problem.gradY(), problem.gradY().length)
                            .data();
                    Tensor gradX = Tensor.allocate(arena, x.length);
                    Tensor gradWeight = Tensor.allocate(arena, problem.weight().length);
                    gradient.packInput(arena, stride, weight)
                            .inputGradient(gradY, 0, 5, 6, 0, 10, in, 0, gradX.data(), 0);
                    gradient.weightGradient(
                            kernel, stride, 2, 5, 6, 3, 0, 3, in, 0, gradY, 0, false, gradWeight.data(), 0, in, 0);
                    Differences.check(problem::loss, new float[][] {x, problem.weight()}, gradX, gradWeight);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void staysWithinItsSegmentsAndMeasures(StridedDepthwiseConvGradient gradient) {
        int c = 19;
        try (Arena arena = Arena.ofConfined()) {
            for (int kernel : StridedDepthwiseConvTest.KERNELS) {
                for (int stride : new int[] {1, 2}) {
                    long outs = (long) StridedDepthwiseConv.outputSize(7, stride)
                            * StridedDepthwiseConv.outputSize(7, stride)
                            * c;
                    StridedDepthwiseConvGradient.InputFilters filters =
                            gradient.packInput(arena, stride, Tensor.allocate(arena, c, 1, kernel, kernel));
                    MemorySegment x = floats(arena, 49L * c);
                    MemorySegment shortX = floats(arena, 49L * c - 1);
                    MemorySegment y = floats(arena, outs);
                    MemorySegment shortY = floats(arena, outs - 1);
                    MemorySegment w = floats(arena, (long) kernel * kernel * c);
                    MemorySegment shortW = floats(arena, (long) kernel * kernel * c - 1);
                    MemorySegment s = floats(
                            arena, Math.max(filters.scratchFloats(7), gradient.scratchFloats(kernel, stride, 7, c)));
                    int k = kernel;
                    int t = stride;
                    throwsOutOfBounds(() -> filters.inputGradient(shortY, 0, 7, 7, 0, 7, s, 0, x, 0));
                    throwsOutOfBounds(() -> filters.inputGradient(y, 0, 7, 7, 0, 7, s, 0, shortX, 0));
                    throwsOutOfBounds(
                            () -> gradient.weightGradient(k, t, 1, 7, 7, c, 0, c, shortX, 0, y, 0, true, w, 0, s, 0));
                    throwsOutOfBounds(
                            () -> gradient.weightGradient(k, t, 1, 7, 7, c, 0, c, x, 0, shortY, 0, true, w, 0, s, 0));
                    throwsOutOfBounds(
                            () -> gradient.weightGradient(k, t, 1, 7, 7, c, 0, c, x, 0, y, 0, true, shortW, 0, s, 0));
                }
            }
            MemorySegment s = floats(arena, 100_000);
            for (int[] refused : new int[][] {{4, 1}, {13, 1}, {3, 3}, {3, 0}}) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> gradient.weightGradient(
                                refused[0], refused[1], 1, 7, 7, c, 0, c, s, 0, s, 0, true, s, 0, s, 0));
                assertThrows(
                        IllegalArgumentException.class, () -> gradient.scratchFloats(refused[0], refused[1], 7, c));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> gradient.packInput(
                                arena, refused[1], Tensor.allocate(arena, c, 1, refused[0], refused[0])));
            }
            throwsOutOfBounds(() -> gradient.scratchFloats(3, 2, -1, c));
            throwsOutOfBounds(() -> gradient.scratchFloats(3, 2, 7, -1));
        }
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}
