package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every depthwise convolution of any size against the definition in double. */
@EachWidth
final class StridedDepthwiseConvTest {
    static final int[] KERNELS = {3, 5, 7, 9, 11};
    private static final int[] SIDES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 17, 28};

    static Stream<Arguments> convolutions() {
        return Samples.seeded(Implementations.stridedDepthwiseConvs(), StridedDepthwiseConv::name, 150);
    }

    static Stream<Arguments> named() {
        return Samples.named(Implementations.stridedDepthwiseConvs(), StridedDepthwiseConv::name);
    }

    /** Each size with each stride in turn. */
    static ConvProblem problem(Random random, int seed) {
        int kernel = KERNELS[seed % KERNELS.length];
        int stride = 1 + seed / KERNELS.length % 2;
        int channels = Samples.any(random, Samples.CHANNELS);
        ConvShape shape = new ConvShape(channels, channels, kernel, stride, kernel / 2, channels);
        return ConvProblem.random(
                random, shape, 1 + random.nextInt(3), Samples.any(random, SIDES), Samples.any(random, SIDES));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("convolutions")
    void agreesWithTheDefinitionWholeAndInRanges(StridedDepthwiseConv convolution, int seed) {
        Random random = new Random(seed);
        ConvProblem problem = problem(random, seed);
        ConvShape shape = problem.shape();
        boolean biased = random.nextBoolean();
        String what = convolution.name() + ", seed " + seed + ", " + problem + (biased ? ", bias" : "");
        int rows = problem.images() * problem.outHeight();
        try (Arena arena = Arena.ofConfined()) {
            StridedDepthwiseConv.Filters filters = convolution.pack(
                    arena,
                    shape.stride(),
                    Tensor.of(arena, problem.weight(), shape.outputs(), 1, shape.kernel(), shape.kernel()),
                    biased ? Tensor.of(arena, problem.bias(), shape.outputs()) : null);
            assertEquals(shape.inputs(), filters.channels());
            assertEquals(shape.kernel(), filters.kernel());
            assertEquals(shape.stride(), filters.stride());
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
            Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
        }
    }

    /** Runs with scratch memory of exactly the size asked for, full of NaN, at an offset. */
    private static void run(
            StridedDepthwiseConv.Filters filters,
            Random random,
            Arena arena,
            ConvProblem problem,
            Guarded x,
            int begin,
            int end,
            Guarded y) {
        int floats = Math.toIntExact(filters.scratchFloats(problem.width()));
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
    void refusesWhatItCannotDo(StridedDepthwiseConv convolution) {
        try (Arena arena = Arena.ofConfined()) {
            for (int[] dims : new int[][] {{4, 1, 4, 4}, {4, 1, 1, 1}, {4, 1, 13, 13}, {4, 2, 3, 3}, {4, 1, 3, 5}}) {
                Tensor weight = Tensor.allocate(arena, dims);
                assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, 1, weight, null));
            }
            Tensor weight = Tensor.allocate(arena, 4, 1, 3, 3);
            Tensor bias = Tensor.allocate(arena, 3);
            assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, 0, weight, null));
            assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, 3, weight, null));
            assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, 1, weight, bias));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void staysWithinItsSegments(StridedDepthwiseConv convolution) {
        int channels = 19;
        try (Arena arena = Arena.ofConfined()) {
            for (int kernel : KERNELS) {
                for (int stride : new int[] {1, 2}) {
                    int out = StridedDepthwiseConv.outputSize(7, stride);
                    StridedDepthwiseConv.Filters filters =
                            convolution.pack(arena, stride, Tensor.allocate(arena, channels, 1, kernel, kernel), null);
                    MemorySegment x = floats(arena, 49L * channels);
                    MemorySegment shortX = floats(arena, 49L * channels - 1);
                    MemorySegment y = floats(arena, (long) out * out * channels);
                    MemorySegment shortY = floats(arena, (long) out * out * channels - 1);
                    MemorySegment scratch = floats(arena, filters.scratchFloats(7));
                    throwsOutOfBounds(() -> filters.forward(shortX, 0, 7, 7, 0, out, scratch, 0, y, 0));
                    throwsOutOfBounds(() -> filters.forward(x, -4, 7, 7, 0, out, scratch, 0, y, 0));
                    throwsOutOfBounds(() -> filters.forward(x, 0, 7, 7, 0, out, scratch, 0, shortY, 0));
                    throwsOutOfBounds(() -> filters.forward(x, 0, 7, 7, 0, out, scratch, 0, y, -4));
                    if (scratch.byteSize() > 0) {
                        MemorySegment shortScratch = scratch.asSlice(0, scratch.byteSize() - Float.BYTES);
                        throwsOutOfBounds(() -> filters.forward(x, 0, 7, 7, 0, out, shortScratch, 0, y, 0));
                    }
                }
            }
        }
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}
