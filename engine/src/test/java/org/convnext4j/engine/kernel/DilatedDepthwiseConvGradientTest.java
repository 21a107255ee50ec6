package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarDilatedDepthwiseConvGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of the dilated depthwise convolution: of the weights against the scalar one, of the input by hand. */
@EachWidth
final class DilatedDepthwiseConvGradientTest {
    private static final int[] KERNELS = {1, 3, 5, 7, 9, 11, 13};
    private static final int[] SIDES = {1, 2, 3, 5, 7, 8, 11, 13};

    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.dilatedDepthwiseConvGradients(), DilatedDepthwiseConvGradient::name, 150);
    }

    static Stream<Arguments> named() {
        return Samples.named(Implementations.dilatedDepthwiseConvGradients(), DilatedDepthwiseConvGradient::name);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void weightGradientAgreesWithTheOracleAtAnyRangeOfChannels(DilatedDepthwiseConvGradient gradient, int seed) {
        Random random = new Random(seed);
        Maps maps = Maps.random(random, seed);
        boolean accumulate = random.nextBoolean();
        String what = gradient.name() + ", seed " + seed + ", " + maps + (accumulate ? ", added" : "");
        float[] before = Samples.of(Samples.Kind.NORMAL, random, maps.channels * (maps.taps() + 1));
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, maps.rows(), maps.line()).fill(maps.x);
            Guarded gradY =
                    Guarded.dense(arena, random, maps.rows(), maps.line()).fill(maps.gradY);
            DilatedDepthwiseConvGradient oracle = new ScalarDilatedDepthwiseConvGradient();
            Result expected = Result.of(arena, random, maps, accumulate, before);
            run(oracle, arena, maps, x, gradY, 0, maps.channels, accumulate, expected);
            Result magnitudes = Result.of(arena, random, maps, accumulate, Samples.abs(before));
            run(
                    oracle,
                    arena,
                    maps,
                    Guarded.dense(arena, random, maps.rows(), maps.line()).fill(Samples.abs(maps.x)),
                    Guarded.dense(arena, random, maps.rows(), maps.line()).fill(Samples.abs(maps.gradY)),
                    0,
                    maps.channels,
                    accumulate,
                    magnitudes);
            Result whole = Result.of(arena, random, maps, accumulate, before);
            run(gradient, arena, maps, x, gradY, 0, maps.channels, accumulate, whole);
            whole.assertClose(what, maps, expected, magnitudes);

            Result parts = new Result(whole.weight.sameLayout(arena), whole.bias.sameLayout(arena));
            if (accumulate) {
                parts.fill(before);
            }
            for (int begin = 0; begin < maps.channels; ) {
                int end = begin + 1 + random.nextInt(maps.channels - begin);
                run(gradient, arena, maps, x, gradY, begin, end, accumulate, parts);
                begin = end;
            }
            Bounds.assertSameBits(what + ", weight in parts", whole.weight.values(), parts.weight.values());
            Bounds.assertSameBits(what + ", bias in parts", whole.bias.values(), parts.bias.values());
            Bounds.assertSameBits(what + ", x", maps.x, x.values());
            Bounds.assertSameBits(what + ", gradY", maps.gradY, gradY.values());
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void writesOnlyItsRangeOfChannels(DilatedDepthwiseConvGradient gradient, int seed) {
        Random random = new Random(seed);
        Maps maps = Maps.random(random, seed);
        int begin = random.nextInt(maps.channels);
        int end = begin + random.nextInt(maps.channels - begin + 1);
        String what = gradient.name() + ", seed " + seed + ", " + maps + ", channels " + begin + " to " + end;
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, maps.rows(), maps.line()).fill(maps.x);
            Guarded gradY =
                    Guarded.dense(arena, random, maps.rows(), maps.line()).fill(maps.gradY);
            // One row each, for the ranges to be columns.
            Result result = new Result(
                    Guarded.dense(arena, random, 1, maps.channels * maps.taps()),
                    Guarded.dense(arena, random, 1, maps.channels));
            run(gradient, arena, maps, x, gradY, begin, end, false, result);
            result.weight.assertOnlyWritten(what, begin * maps.taps(), end * maps.taps());
            result.bias.assertOnlyWritten(what, begin, end);
        }
    }

    /** Input pixel i and output pixel o meet at tap (i - o) / dilation + K / 2. */
    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void inputGradientIsTheSumOverTheWindowsThatHoldThePixel(DilatedDepthwiseConvGradient gradient, int seed) {
        Random random = new Random(seed);
        Maps maps = Maps.random(random, seed);
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, maps.channels * maps.taps());
        int elements = maps.height * maps.line();
        double[] sums = new double[elements];
        double[] bounds = new double[elements];
        for (int out = 0; out < elements; out++) {
            int c = out % maps.channels;
            int column = out / maps.channels % maps.width;
            int row = out / maps.line();
            for (int tap = 0; tap < maps.taps(); tap++) {
                int inRow = row + (tap / maps.kernel - maps.kernel / 2) * maps.dilation;
                int inColumn = column + (tap % maps.kernel - maps.kernel / 2) * maps.dilation;
                if (inRow >= 0 && inRow < maps.height && inColumn >= 0 && inColumn < maps.width) {
                    double term = (double) maps.gradY[out] * weight[c * maps.taps() + tap];
                    int in = (inRow * maps.width + inColumn) * maps.channels + c;
                    sums[in] += term;
                    bounds[in] += Math.abs(term) * Bounds.sum(maps.taps());
                }
            }
        }
        float[] expected = new float[elements];
        for (int i = 0; i < elements; i++) {
            expected[i] = (float) sums[i];
        }
        try (Arena arena = Arena.ofConfined()) {
            DepthwiseConv.Filters turned = gradient.packInput(
                    arena, maps.dilation, Tensor.of(arena, weight, maps.channels, 1, maps.kernel, maps.kernel));
            assertEquals(maps.channels, turned.channels());
            Tensor gradY = Tensor.of(arena, maps.gradY, maps.gradY.length);
            Guarded gradX = Guarded.dense(arena, random, maps.height, maps.line());
            turned.forward(gradY.data(), 0, maps.height, maps.width, 0, maps.height, gradX.segment(), gradX.bytes());
            String what = gradient.name() + ", seed " + seed + ", " + maps;
            gradX.assertGuards(what);
            Bounds.assertClose(what, expected, gradX.values(), bounds);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void evenKernelsAndDilationsOutOfRangeAreRefused(DilatedDepthwiseConvGradient gradient) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor even = Tensor.allocate(arena, 3, 1, 4, 4);
            Tensor odd = Tensor.allocate(arena, 3, 1, 3, 3);
            Tensor oblong = Tensor.allocate(arena, 3, 1, 3, 5);
            assertRefused("the kernel size is 4", () -> gradient.packInput(arena, 1, even));
            assertRefused("the dilation is 0", () -> gradient.packInput(arena, 0, odd));
            assertRefused("weight has shape", () -> gradient.packInput(arena, 1, oblong));
            assertRefused("the kernel size is 2", () -> gradient.scratchFloats(2, 1, 8));
            assertRefused("the kernel size is -1", () -> gradient.scratchFloats(-1, 1, 8));
            assertRefused("the dilation is -2", () -> gradient.scratchFloats(3, -2, 8));
            assertThrows(IndexOutOfBoundsException.class, () -> gradient.scratchFloats(3, 1, -1));
        }
    }

    private static void assertRefused(String message, Runnable call) {
        String actual = String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
        assertTrue(actual.startsWith(message), actual);
    }

    private static void run(
            DilatedDepthwiseConvGradient gradient,
            Arena arena,
            Maps maps,
            Guarded x,
            Guarded gradY,
            int channelBegin,
            int channelEnd,
            boolean accumulate,
            Result result) {
        int floats = Math.toIntExact(gradient.scratchFloats(maps.kernel, maps.dilation, maps.width));
        Guarded scratch = Guarded.dense(arena, new Random(floats), 1, floats);
        gradient.weightGradient(
                maps.kernel,
                maps.dilation,
                maps.images,
                maps.height,
                maps.width,
                maps.channels,
                channelBegin,
                channelEnd,
                x.segment(),
                x.bytes(),
                gradY.segment(),
                gradY.bytes(),
                accumulate,
                result.weight.segment(),
                result.weight.bytes(),
                result.bias.segment(),
                result.bias.bytes(),
                scratch.segment(),
                scratch.bytes());
        scratch.assertGuardsOutside("scratch");
    }

    /** Where the gradients go: (C, K K) and (1, C). */
    private record Result(Guarded weight, Guarded bias) {
        static Result of(Arena arena, Random random, Maps maps, boolean accumulate, float[] before) {
            Result result = new Result(
                    Guarded.dense(arena, random, maps.channels, maps.taps()),
                    Guarded.dense(arena, random, 1, maps.channels));
            if (accumulate) {
                result.fill(before);
            }
            return result;
        }

        void fill(float[] before) {
            int biases = bias.values().length;
            weight.fill(Arrays.copyOfRange(before, biases, before.length));
            bias.fill(Arrays.copyOf(before, biases));
        }

        void assertClose(String what, Maps maps, Result expected, Result magnitudes) {
            weight.assertGuards(what + ", weight");
            bias.assertGuards(what + ", bias");
            // A term takes part in the additions of its row, its picture and the whole.
            double relative = Bounds.sum(maps.width + maps.height * maps.dilation + maps.images + 1);
            Bounds.assertClose(
                    what + ", weight", expected.weight.values(), weight.values(), scaled(relative, magnitudes.weight));
            double pixels = Bounds.sum(maps.height * maps.width + maps.images + 1);
            Bounds.assertClose(what + ", bias", expected.bias.values(), bias.values(), scaled(pixels, magnitudes.bias));
        }

        private static double[] scaled(double relative, Guarded magnitudes) {
            double[] bounds = Differences.doubles(magnitudes.values());
            for (int i = 0; i < bounds.length; i++) {
                bounds[i] *= relative;
            }
            return bounds;
        }
    }

    /** Inputs of all sizes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Maps(
            int kernel, int dilation, int images, int height, int width, int channels, float[] x, float[] gradY) {
        static Maps random(Random random, int seed) {
            int kernel = KERNELS[seed % KERNELS.length];
            int dilation = 1 + random.nextInt(4);
            int images = 1 + random.nextInt(3);
            int height = Samples.any(random, SIDES);
            int width = Samples.any(random, SIDES);
            int channels = Samples.any(random, Samples.CHANNELS);
            int count = images * height * width * channels;
            float[] x = Samples.of(Samples.anyKind(random), random, count);
            float[] gradY = Samples.of(Samples.anyKind(random), random, count);
            return new Maps(kernel, dilation, images, height, width, channels, x, gradY);
        }

        int taps() {
            return kernel * kernel;
        }

        int rows() {
            return images * height;
        }

        int line() {
            return width * channels;
        }

        @Override
        public String toString() {
            return kernel + "x" + kernel + " by " + dilation + " on " + images + " of " + height + "x" + width + "x"
                    + channels;
        }
    }
}
