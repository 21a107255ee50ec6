package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.scalar.ScalarConvGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of the convolution against the definition in double. */
@EachWidth
@Tag("slow")
final class ConvGradientTest {
    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.convGradients(), ConvGradient::name, 110);
    }

    static Stream<Arguments> named() {
        return Samples.named(Implementations.convGradients(), ConvGradient::name);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void inputGradientAgreesWithTheDefinitionWholeAndInRanges(ConvGradient gradient, int seed) {
        Random random = new Random(seed);
        ConvProblem problem = ConvTest.problem(random, ConvTest.MEASURES[seed % ConvTest.MEASURES.length]);
        ConvShape shape = problem.shape();
        String what = gradient.name() + ", seed " + seed + ", " + problem;
        int rows = problem.images() * problem.height();
        double relative = Bounds.sum(shape.kernel() * shape.kernel() * shape.groupOutputs());
        try (Arena arena = Arena.ofConfined()) {
            ConvGradient.InputFilters filters = gradient.packInput(
                    arena,
                    shape,
                    Tensor.of(
                            arena,
                            problem.weight(),
                            shape.outputs(),
                            shape.groupInputs(),
                            shape.kernel(),
                            shape.kernel()));
            Guarded gradY = Guarded.dense(arena, random, problem.images() * problem.outHeight(), problem.outLine())
                    .fill(problem.gradY());
            Guarded gradX = Guarded.dense(arena, random, rows, problem.line());
            run(filters, random, arena, problem, gradY, 0, rows, gradX);
            gradX.assertGuards(what);
            problem.inputGradient().assertClose(what, relative, gradX.values());
            Bounds.assertSameBits(what + ", gradY", problem.gradY(), gradY.values());

            Guarded parts = gradX.sameLayout(arena);
            for (int begin = 0; begin < rows; ) {
                int end = begin + 1 + random.nextInt(rows - begin);
                run(filters, random, arena, problem, gradY, begin, end, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            if (Implementations.sameBitsAtAnyRange(gradient)) {
                Bounds.assertSameBits(what + ", in parts", gradX.values(), parts.values());
            } else {
                problem.inputGradient().assertClose(what + ", in parts", relative, parts.values());
            }
        }
    }

    private static void run(
            ConvGradient.InputFilters filters,
            Random random,
            Arena arena,
            ConvProblem problem,
            Guarded gradY,
            int begin,
            int end,
            Guarded gradX) {
        int floats = Math.toIntExact(filters.scratchFloats(problem.height(), problem.width()));
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
    void weightGradientAgreesWithTheDefinitionAndItsPartsAreDisjoint(ConvGradient gradient, int seed) {
        Random random = new Random(seed);
        ConvProblem problem = ConvTest.problem(random, ConvTest.MEASURES[seed % ConvTest.MEASURES.length]);
        ConvShape shape = problem.shape();
        boolean accumulate = random.nextBoolean();
        String what = gradient.name() + ", seed " + seed + ", " + problem + (accumulate ? ", added" : "");
        float[] before = accumulate ? Samples.of(Samples.Kind.NORMAL, random, problem.weight().length) : new float[0];
        int pixels = problem.images() * problem.outHeight() * problem.outWidth();
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, problem.images() * problem.height(), problem.line())
                    .fill(problem.x());
            Guarded gradY = Guarded.dense(arena, random, problem.images() * problem.outHeight(), problem.outLine())
                    .fill(problem.gradY());
            Guarded gradWeight = Guarded.dense(arena, random, shape.outputs(), shape.windowFloats());
            if (accumulate) {
                gradWeight.fill(before);
            }
            // Any order will do, and each element is written by one part: one that two wrote to would be added to
            // twice.
            int parts = gradient.parts(shape);
            int first = random.nextInt(parts);
            int floats =
                    Math.toIntExact(gradient.scratchFloats(shape, problem.images(), problem.height(), problem.width()));
            for (int part = 0; part < parts; part++) {
                Guarded scratch = Guarded.dense(arena, random, 1, floats);
                gradient.weightGradient(
                        shape,
                        problem.images(),
                        problem.height(),
                        problem.width(),
                        (first + part) % parts,
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
            gradWeight.assertGuards(what);
            problem.weightGradient(before).assertClose(what, Bounds.sum(pixels + 1), gradWeight.values());
            Bounds.assertSameBits(what + ", x", problem.x(), x.values());
            Bounds.assertSameBits(what + ", gradY", problem.gradY(), gradY.values());
        }
    }

    @Test
    void theOraclesGradientsAreThoseOfTheLoss() {
        ConvGradient gradient = new ScalarConvGradient();
        Random random = new Random(5);
        for (int[] measures : ConvTest.MEASURES) {
            for (int groups : new int[] {1, 2}) {
                ConvShape shape = new ConvShape(4, 6, measures[0], measures[1], measures[2], groups);
                ConvProblem any = ConvProblem.random(random, shape, 2, measures[0] + 2, measures[0] + 1);
                ConvProblem problem = new ConvProblem(
                        shape,
                        2,
                        any.height(),
                        any.width(),
                        Samples.of(Samples.Kind.NORMAL, random, any.x().length),
                        any.weight(),
                        any.bias(),
                        any.gradY());
                differences(gradient, problem);
            }
        }
    }

    private static void differences(ConvGradient gradient, ConvProblem problem) {
        ConvShape shape = problem.shape();
        int height = problem.height();
        int width = problem.width();
        try (Arena arena = Arena.ofConfined()) {
            Tensor weight = Tensor.of(
                    arena, problem.weight(), shape.outputs(), shape.groupInputs(), shape.kernel(), shape.kernel());
            MemorySegment x = Tensor.of(arena, problem.x(), problem.x().length).data();
            MemorySegment gradY =
                    Tensor.of(arena, problem.gradY(), problem.gradY().length).data();
            Tensor gradX = Tensor.allocate(arena, problem.x().length);
            Tensor gradWeight = Tensor.allocate(arena, problem.weight().length);
            gradient.packInput(arena, shape, weight)
                    .inputGradient(gradY, 0, height, width, 0, 2 * height, x, 0, gradX.data(), 0);
            for (int part = 0; part < gradient.parts(shape); part++) {
                gradient.weightGradient(
                        shape, 2, height, width, part, x, 0, gradY, 0, false, gradWeight.data(), 0, x, 0);
            }
            Differences.check(problem::loss, new float[][] {problem.x(), problem.weight()}, gradX, gradWeight);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void staysWithinItsSegments(ConvGradient gradient) {
        try (Arena arena = Arena.ofConfined()) {
            for (int kernel : new int[] {1, 3}) {
                ConvShape shape = ConvShape.dense(3, 5, kernel, 1, kernel / 2);
                ConvGradient.InputFilters filters =
                        gradient.packInput(arena, shape, Tensor.allocate(arena, 5, 3, kernel, kernel));
                MemorySegment x = floats(arena, 49 * 3);
                MemorySegment shortX = floats(arena, 49 * 3 - 1);
                MemorySegment y = floats(arena, 49 * 5);
                MemorySegment shortY = floats(arena, 49 * 5 - 1);
                long weights = 15L * kernel * kernel;
                MemorySegment w = floats(arena, weights);
                MemorySegment shortW = floats(arena, weights - 1);
                MemorySegment scratch =
                        floats(arena, Math.max(filters.scratchFloats(7, 7), gradient.scratchFloats(shape, 1, 7, 7)));
                throwsOutOfBounds(() -> filters.inputGradient(shortY, 0, 7, 7, 0, 7, scratch, 0, x, 0));
                throwsOutOfBounds(() -> filters.inputGradient(y, 0, 7, 7, 0, 7, scratch, 0, shortX, 0));
                throwsOutOfBounds(() -> weights(gradient, shape, shortX, y, w, scratch));
                throwsOutOfBounds(() -> weights(gradient, shape, x, shortY, w, scratch));
                throwsOutOfBounds(() -> weights(gradient, shape, x, y, shortW, scratch));
                int beyond = gradient.parts(shape);
                throwsOutOfBounds(
                        () -> gradient.weightGradient(shape, 1, 7, 7, beyond, x, 0, y, 0, true, w, 0, scratch, 0));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> gradient.packInput(arena, shape, Tensor.allocate(arena, 5, 2, kernel, kernel)));
            }
        }
    }

    private static void weights(
            ConvGradient gradient,
            ConvShape shape,
            MemorySegment x,
            MemorySegment y,
            MemorySegment w,
            MemorySegment scratch) {
        for (int part = 0; part < gradient.parts(shape); part++) {
            gradient.weightGradient(shape, 1, 7, 7, part, x, 0, y, 0, true, w, 0, scratch, 0);
        }
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}
