package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every convolution against its definition in double. */
@EachWidth
final class ConvTest {
    /** What networks have, and what they do not: kernel, stride, padding. */
    static final int[][] MEASURES = {
        {1, 1, 0}, {1, 2, 0}, {3, 1, 1}, {3, 2, 1}, {7, 2, 3}, {4, 4, 0}, {2, 2, 0}, {5, 1, 2}, {3, 3, 0}, {5, 2, 4},
        {2, 3, 1}
    };

    static Stream<Arguments> convolutions() {
        return Samples.seeded(Implementations.convs(), Conv::name, 110);
    }

    static Stream<Arguments> named() {
        return Samples.named(Implementations.convs(), Conv::name);
    }

    /** A problem with these measures, and now and then groups, or more pixels than fit into a tile. */
    static ConvProblem problem(Random random, int[] measures) {
        boolean large = random.nextInt(8) == 0;
        int groups = Samples.any(random, 1, 1, 1, 2, 3);
        int inputs = groups * (large ? 1 + random.nextInt(8) : Samples.any(random, Samples.CHANNELS) / groups + 1);
        int outputs = groups * (large ? 1 + random.nextInt(20) : Samples.any(random, Samples.CHANNELS) / groups + 1);
        ConvShape shape = new ConvShape(inputs, outputs, measures[0], measures[1], measures[2], groups);
        int smallest = Math.max(1, measures[0] - 2 * measures[2]);
        int height = smallest + random.nextInt(large ? 40 : 9);
        int width = smallest + random.nextInt(large ? 40 : 9);
        return ConvProblem.random(random, shape, 1 + random.nextInt(3), height, width);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("convolutions")
    void agreesWithTheDefinitionWholeAndInRanges(Conv convolution, int seed) {
        Random random = new Random(seed);
        ConvProblem problem = problem(random, MEASURES[seed % MEASURES.length]);
        ConvShape shape = problem.shape();
        boolean biased = random.nextBoolean();
        String what = convolution.name() + ", seed " + seed + ", " + problem + (biased ? ", bias" : "");
        int rows = problem.images() * problem.outHeight();
        try (Arena arena = Arena.ofConfined()) {
            Conv.Filters filters = convolution.pack(
                    arena,
                    shape,
                    Tensor.of(
                            arena,
                            problem.weight(),
                            shape.outputs(),
                            shape.groupInputs(),
                            shape.kernel(),
                            shape.kernel()),
                    biased ? Tensor.of(arena, problem.bias(), shape.outputs()) : null);
            assertEquals(shape, filters.shape());
            Guarded x = Guarded.dense(arena, random, problem.images() * problem.height(), problem.line())
                    .fill(problem.x());
            Guarded y = Guarded.dense(arena, random, rows, problem.outLine());
            run(filters, random, arena, problem, x, 0, rows, y);
            y.assertGuards(what);
            problem.output(biased).assertClose(what, Bounds.sum(shape.windowFloats() + 1), y.values());
            Bounds.assertSameBits(what + ", x", problem.x(), x.values());

            Guarded parts = y.sameLayout(arena);
            for (int begin = 0; begin < rows; ) {
                int end = begin + 1 + random.nextInt(rows - begin);
                run(filters, random, arena, problem, x, begin, end, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            if (Implementations.sameBitsAtAnyRange(convolution)) {
                Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
            } else {
                problem.output(biased)
                        .assertClose(what + ", in parts", Bounds.sum(shape.windowFloats() + 1), parts.values());
            }
        }
    }

    /** Runs with scratch memory of exactly the size asked for, full of NaN, at an offset. */
    private static void run(
            Conv.Filters filters,
            Random random,
            Arena arena,
            ConvProblem problem,
            Guarded x,
            int begin,
            int end,
            Guarded y) {
        int floats = Math.toIntExact(filters.scratchFloats(problem.height(), problem.width()));
        Guarded scratch = Guarded.dense(arena, random, 1, floats);
        filters.forward(
                x.segment(),
                x.bytes(),
                problem.height(),
                problem.width(),
                begin,
                end,
                scratch.segment(),
                scratch.bytes(),
                y.segment(),
                y.bytes());
        scratch.assertGuardsOutside("scratch");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void staysWithinItsSegments(Conv convolution) {
        try (Arena arena = Arena.ofConfined()) {
            for (int kernel : new int[] {1, 3}) {
                ConvShape shape = ConvShape.dense(3, 5, kernel, 1, kernel / 2);
                Conv.Filters filters =
                        convolution.pack(arena, shape, Tensor.allocate(arena, 5, 3, kernel, kernel), null);
                MemorySegment x = floats(arena, 49 * 3);
                MemorySegment shortX = floats(arena, 49 * 3 - 1);
                MemorySegment y = floats(arena, 49 * 5);
                MemorySegment shortY = floats(arena, 49 * 5 - 1);
                MemorySegment scratch = floats(arena, filters.scratchFloats(7, 7));
                throwsOutOfBounds(() -> filters.forward(shortX, 0, 7, 7, 0, 7, scratch, 0, y, 0));
                throwsOutOfBounds(() -> filters.forward(x, -4, 7, 7, 0, 7, scratch, 0, y, 0));
                throwsOutOfBounds(() -> filters.forward(x, 0, 7, 7, 0, 7, scratch, 0, shortY, 0));
                throwsOutOfBounds(() -> filters.forward(x, 0, 7, 7, 0, 7, scratch, 0, y, -4));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void refusesWeightsOfAnotherShape(Conv convolution) {
        try (Arena arena = Arena.ofConfined()) {
            ConvShape shape = new ConvShape(4, 6, 3, 1, 1, 2);
            Tensor weight = Tensor.allocate(arena, 6, 2, 3, 3);
            Tensor dense = Tensor.allocate(arena, 6, 4, 3, 3);
            Tensor bias = Tensor.allocate(arena, 5);
            assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, shape, dense, null));
            assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, shape, weight, bias));
            Conv.Filters filters =
                    convolution.pack(arena, ConvShape.dense(1, 1, 3, 1, 0), Tensor.allocate(arena, 1, 1, 3, 3), null);
            MemorySegment s = floats(arena, 1000);
            assertThrows(IllegalArgumentException.class, () -> filters.forward(s, 0, 2, 5, 0, 1, s, 0, s, 0));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4, 3, 1, 1, 1, inputs",
        "4, 0, 3, 1, 1, 1, outputs",
        "4, 4, 0, 1, 0, 1, kernel",
        "4, 4, 3, 0, 1, 1, stride",
        "4, 4, 3, 1, 3, 1, padding",
        "4, 4, 3, 1, -1, 1, padding",
        "4, 4, 3, 1, 1, 0, groups",
        "4, 6, 3, 1, 1, 4, groups"
    })
    void measuresThatDoNotFitAreNamed(
            int inputs, int outputs, int kernel, int stride, int padding, int groups, String named) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new ConvShape(inputs, outputs, kernel, stride, padding, groups));
        assertTrue(String.valueOf(refused.getMessage()).contains(named), refused.toString());
    }

    @Test
    void outputSizesAreThoseOfTheNetworks() {
        assertEquals(112, ConvShape.dense(3, 64, 7, 2, 3).outputSize(224));
        assertEquals(56, ConvShape.dense(3, 96, 4, 4, 0).outputSize(224));
        assertEquals(28, ConvShape.dense(8, 8, 3, 2, 1).outputSize(56));
        assertEquals(4, ConvShape.dense(8, 8, 1, 2, 0).outputSize(7));
        assertEquals(3, ConvShape.dense(8, 8, 2, 2, 0).outputSize(7));
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}
