package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarDepthwiseConvGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of the depthwise convolution against the scalar one. */
@EachWidth
final class DepthwiseConvGradientTest {
    private static final int KERNEL = DepthwiseConv.KERNEL;
    private static final int TAPS = KERNEL * KERNEL;
    private static final int[] SIDES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 17, 28};

    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.depthwiseConvGradients(), DepthwiseConvGradient::name, 140);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void weightGradientAgreesWithTheOracleAtAnyRangeOfChannels(DepthwiseConvGradient gradient, int seed) {
        Random random = new Random(seed);
        Maps maps = Maps.random(random, SIDES[seed % SIDES.length]);
        boolean accumulate = random.nextBoolean();
        String what = gradient.name() + ", seed " + seed + ", " + maps + (accumulate ? ", added" : "");
        float[] weightBefore = Samples.of(Samples.Kind.NORMAL, random, maps.channels * TAPS);
        float[] biasBefore = Samples.of(Samples.Kind.NORMAL, random, maps.channels);
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, maps.rows(), maps.line()).fill(maps.x);
            Guarded gradY =
                    Guarded.dense(arena, random, maps.rows(), maps.line()).fill(maps.gradY);
            Result expected = new Result(
                    Guarded.dense(arena, random, maps.channels, TAPS).fill(weightBefore),
                    Guarded.dense(arena, random, 1, maps.channels).fill(biasBefore));
            run(new ScalarDepthwiseConvGradient(), arena, maps, x, gradY, 0, maps.channels, accumulate, expected);
            Guarded magnitudeX = x.sameLayout(arena).fill(Samples.abs(maps.x));
            Guarded magnitudeGradY = gradY.sameLayout(arena).fill(Samples.abs(maps.gradY));
            Result magnitudes = new Result(
                    Guarded.dense(arena, random, maps.channels, TAPS).fill(Samples.abs(weightBefore)),
                    Guarded.dense(arena, random, 1, maps.channels).fill(Samples.abs(biasBefore)));
            run(
                    new ScalarDepthwiseConvGradient(),
                    arena,
                    maps,
                    magnitudeX,
                    magnitudeGradY,
                    0,
                    maps.channels,
                    accumulate,
                    magnitudes);
            // In stages, so that a term takes part in the additions of its row, its picture and the whole.
            double relative = Bounds.sum(maps.width + maps.height + maps.images + 1);

            Result whole = maps.result(arena, random);
            Result parts = new Result(whole.weight.sameLayout(arena), whole.bias.sameLayout(arena));
            if (accumulate) {
                whole.weight.fill(weightBefore);
                whole.bias.fill(biasBefore);
                parts.weight.fill(weightBefore);
                parts.bias.fill(biasBefore);
            }
            run(gradient, arena, maps, x, gradY, 0, maps.channels, accumulate, whole);
            whole.assertGuards(what);
            assertClose(what + ", weight", expected.weight, magnitudes.weight, relative, whole.weight);
            assertClose(what + ", bias", expected.bias, magnitudes.bias, relative, whole.bias);

            int begin = 0;
            while (begin < maps.channels) {
                int end = begin + 1 + random.nextInt(maps.channels - begin);
                run(gradient, arena, maps, x, gradY, begin, end, accumulate, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            Bounds.assertSameBits(what + ", weight in parts", whole.weight.values(), parts.weight.values());
            Bounds.assertSameBits(what + ", bias in parts", whole.bias.values(), parts.bias.values());
            Bounds.assertSameBits(what + ", x", maps.x, x.values());
            Bounds.assertSameBits(what + ", gradY", maps.gradY, gradY.values());
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void writesOnlyItsRangeOfChannels(DepthwiseConvGradient gradient, int seed) {
        Random random = new Random(seed);
        Maps maps = Maps.random(random, SIDES[seed % SIDES.length]);
        int begin = random.nextInt(maps.channels);
        int end = begin + 1 + random.nextInt(maps.channels - begin);
        String what = gradient.name() + ", seed " + seed + ", " + maps + ", channels " + begin + " to " + end;
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, maps.rows(), maps.line()).fill(maps.x);
            Guarded gradY =
                    Guarded.dense(arena, random, maps.rows(), maps.line()).fill(maps.gradY);
            // One row each, for the ranges to be columns.
            Result result = new Result(
                    Guarded.dense(arena, random, 1, maps.channels * TAPS),
                    Guarded.dense(arena, random, 1, maps.channels));
            run(gradient, arena, maps, x, gradY, begin, end, false, result);
            result.weight.assertOnlyWritten(what, begin * TAPS, end * TAPS);
            result.bias.assertOnlyWritten(what, begin, end);
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void inputGradientIsTheSumOverTheWindowsThatHoldThePixel(DepthwiseConvGradient gradient, int seed) {
        Random random = new Random(seed);
        Maps maps = Maps.random(random, SIDES[seed % SIDES.length]);
        int channels = maps.channels;
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, channels * TAPS);
        int elements = maps.height * maps.line();
        double[] sums = new double[elements];
        double[] magnitudes = new double[elements];
        for (int row = 0; row < maps.height; row++) {
            for (int column = 0; column < maps.width; column++) {
                for (int tap = 0; tap < TAPS; tap++) {
                    int inRow = row + tap / KERNEL - 3;
                    int inColumn = column + tap % KERNEL - 3;
                    if (inRow < 0 || inRow >= maps.height || inColumn < 0 || inColumn >= maps.width) {
                        continue;
                    }
                    for (int c = 0; c < channels; c++) {
                        double term = (double) maps.gradY[(row * maps.width + column) * channels + c]
                                * weight[c * TAPS + tap];
                        sums[(inRow * maps.width + inColumn) * channels + c] += term;
                        magnitudes[(inRow * maps.width + inColumn) * channels + c] += Math.abs(term);
                    }
                }
            }
        }
        float[] expected = new float[elements];
        double[] bounds = new double[elements];
        for (int i = 0; i < elements; i++) {
            expected[i] = (float) sums[i];
            bounds[i] = magnitudes[i] * Bounds.sum(TAPS);
        }
        try (Arena arena = Arena.ofConfined()) {
            DepthwiseConv.Filters turned =
                    gradient.packInput(arena, Tensor.of(arena, weight, channels, 1, KERNEL, KERNEL));
            Tensor gradY = Tensor.of(arena, maps.gradY, maps.gradY.length);
            Guarded gradX = Guarded.dense(arena, random, maps.height, maps.line());
            turned.forward(gradY.data(), 0, maps.height, maps.width, 0, maps.height, gradX.segment(), gradX.bytes());
            String what = gradient.name() + ", seed " + seed + ", " + maps;
            gradX.assertGuards(what);
            Bounds.assertClose(what, expected, gradX.values(), bounds);
        }
    }

    private static void assertClose(
            String what, Guarded expected, Guarded magnitudes, double relative, Guarded actual) {
        float[] sums = magnitudes.values();
        double[] bounds = new double[sums.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = sums[i] * relative;
        }
        Bounds.assertClose(what, expected.values(), actual.values(), bounds);
    }

    private static void run(
            DepthwiseConvGradient gradient,
            Arena arena,
            Maps maps,
            Guarded x,
            Guarded gradY,
            int channelBegin,
            int channelEnd,
            boolean accumulate,
            Result result) {
        int floats = Math.toIntExact(gradient.scratchFloats(maps.width));
        Guarded scratch = Guarded.dense(arena, new Random(floats), 1, floats);
        gradient.weightGradient(
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

    /** Where the gradients go: (C, 49) and (1, C). */
    private record Result(Guarded weight, Guarded bias) {
        void assertGuards(String what) {
            weight.assertGuards(what + ", weight");
            bias.assertGuards(what + ", bias");
        }
    }

    /** Inputs of all sizes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Maps(int images, int height, int width, int channels, float[] x, float[] gradY) {
        static Maps random(Random random, int width) {
            int images = 1 + random.nextInt(3);
            int height = Samples.any(random, SIDES);
            int channels = Samples.any(random, Samples.CHANNELS);
            int count = images * height * width * channels;
            float[] x = Samples.of(Samples.anyKind(random), random, count);
            return new Maps(images, height, width, channels, x, Samples.of(Samples.anyKind(random), random, count));
        }

        int rows() {
            return images * height;
        }

        int line() {
            return width * channels;
        }

        Result result(Arena arena, Random random) {
            return new Result(Guarded.dense(arena, random, channels, TAPS), Guarded.dense(arena, random, 1, channels));
        }

        @Override
        public String toString() {
            return images + " of " + height + "x" + width + "x" + channels;
        }
    }
}
