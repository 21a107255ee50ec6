package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.scalar.ScalarResponseNormGradient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of global response normalisation against the scalar one, step by step. */
@EachWidth
final class ResponseNormGradientTest {
    private static final float EPSILON = 1e-6f;
    private static final int SUMS = ResponseNormGradient.SUMS;

    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.responseNormGradients(), ResponseNormGradient::name, 120);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void sumsAgreeWithTheOracleAtAnyLayout(ResponseNormGradient gradient, int seed) {
        Random random = new Random(seed);
        int pixels = 1 + random.nextInt(60);
        int channels = Samples.any(random, Samples.CHANNELS);
        String what = gradient.name() + ", seed " + seed + ", " + pixels + " pixels, " + channels + " channels";
        float[] in = Samples.of(Samples.anyKind(random), random, pixels * channels);
        float[] g = Samples.of(Samples.Kind.NORMAL, random, pixels * channels);
        double[] bounds = new double[SUMS * channels];
        for (int i = 0; i < in.length; i++) {
            int c = i % channels;
            bounds[c] += (double) in[i] * in[i] * Bounds.sum(pixels);
            bounds[channels + c] += Math.abs((double) in[i] * g[i]) * Bounds.sum(pixels);
            bounds[2 * channels + c] += Math.abs(g[i]) * Bounds.sum(pixels);
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, pixels, channels).fill(in);
            Guarded gradY = Guarded.strided(arena, random, pixels, channels).fill(g);
            Guarded expected = Guarded.dense(arena, random, SUMS, channels);
            sums(new ScalarResponseNormGradient(), pixels, channels, x, gradY, expected);
            Guarded actual = Guarded.dense(arena, random, SUMS, channels);
            sums(gradient, pixels, channels, x, gradY, actual);
            actual.assertGuards(what);
            Bounds.assertClose(what, expected.values(), actual.values(), bounds);
            Bounds.assertSameBits(what + ", x", in, x.values());
            Bounds.assertSameBits(what + ", gradY", g, gradY.values());
        }
    }

    private static void sums(
            ResponseNormGradient gradient, int pixels, int channels, Guarded x, Guarded gradY, Guarded sums) {
        gradient.partSums(
                pixels,
                channels,
                x.segment(),
                x.bytes(),
                x.stride(),
                gradY.segment(),
                gradY.bytes(),
                gradY.stride(),
                sums.segment(),
                sums.bytes());
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void coefficientsAgreeWithTheOracle(ResponseNormGradient gradient, int seed) {
        Random random = new Random(seed);
        int parts = 1 + random.nextInt(40);
        int channels = Samples.any(random, Samples.CHANNELS);
        String what = gradient.name() + ", seed " + seed + ", " + parts + " parts, " + channels + " channels";
        float[] in = Samples.of(Samples.Kind.NORMAL, random, parts * SUMS * channels);
        int dead = random.nextInt(2 * channels); // a channel that is zero everywhere, in half of the cases
        for (int i = 0; i < in.length; i++) {
            if (i % (SUMS * channels) < channels) {
                in[i] = i % channels == dead ? 0 : Math.abs(in[i]);
            }
        }
        float[] gamma = Samples.of(Samples.Kind.NORMAL, random, channels);
        double[][] bounds = bounds(parts, channels, in, gamma);
        try (Arena arena = Arena.ofConfined()) {
            Guarded sums = Guarded.dense(arena, random, parts, SUMS * channels).fill(in);
            Guarded weight = Guarded.dense(arena, random, 1, channels).fill(gamma);
            Guarded expected = Guarded.dense(arena, random, 2, channels);
            Guarded expectedParameters = Guarded.dense(arena, random, 2, channels);
            coefficients(new ScalarResponseNormGradient(), parts, channels, sums, weight, expected, expectedParameters);
            Guarded actual = Guarded.dense(arena, random, 2, channels);
            Guarded parameters = Guarded.dense(arena, random, 2, channels);
            coefficients(gradient, parts, channels, sums, weight, actual, parameters);
            actual.assertGuards(what);
            parameters.assertGuards(what + ", parameters");
            Bounds.assertClose(what, expected.values(), actual.values(), bounds[0]);
            Bounds.assertClose(what + ", parameters", expectedParameters.values(), parameters.values(), bounds[1]);
            assertTrue(dead >= channels || actual.values()[channels + dead] == 0, what);
            Bounds.assertSameBits(what + ", sums", in, sums.values());
        }
    }

    /** Of (a, b), then of the parameters: the sums over the parts by their magnitudes, the mean of C of them, the rest. */
    private static double[][] bounds(int parts, int channels, float[] in, float[] gamma) {
        double[] totals = new double[SUMS * channels];
        double[] magnitudes = new double[SUMS * channels];
        for (int i = 0; i < in.length; i++) {
            totals[i % totals.length] += in[i];
            magnitudes[i % totals.length] += Math.abs(in[i]);
        }
        double mean = 0;
        double weighted = 0;
        for (int c = 0; c < channels; c++) {
            mean += Math.sqrt(totals[c]) / channels;
            weighted += Math.abs(gamma[c]) * magnitudes[channels + c] * Math.sqrt(totals[c]) / channels;
        }
        double sum = Bounds.sum(parts);
        double normError = sum + Bounds.sum(channels) + 4 * Bounds.U; // relative
        double[] coefficients = new double[2 * channels];
        double[] parameters = new double[2 * channels];
        for (int c = 0; c < channels; c++) {
            double response = Math.sqrt(totals[c]);
            double normal = response / (mean + EPSILON);
            coefficients[c] = (Math.abs(gamma[c]) * normal + 1) * normError;
            double numerator = Math.abs(gamma[c]) * magnitudes[channels + c] + weighted / (mean + EPSILON);
            coefficients[channels + c] =
                    response == 0 ? 0 : 2 * numerator / (response * (mean + EPSILON)) * (sum + normError);
            parameters[c] = normal * magnitudes[channels + c] * (sum + normError);
            parameters[channels + c] = magnitudes[2 * channels + c] * sum;
        }
        return new double[][] {coefficients, parameters};
    }

    private static void coefficients(
            ResponseNormGradient gradient,
            int parts,
            int channels,
            Guarded sums,
            Guarded gamma,
            Guarded coefficients,
            Guarded parameters) {
        gradient.coefficients(
                parts,
                channels,
                EPSILON,
                sums.segment(),
                sums.bytes(),
                gamma.segment(),
                gamma.bytes(),
                coefficients.segment(),
                coefficients.bytes(),
                parameters.segment(),
                parameters.bytes());
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void theInputGradientAgreesAtAnyLayoutInRangesAndInPlace(ResponseNormGradient gradient, int seed) {
        Random random = new Random(seed);
        int pixels = 1 + random.nextInt(20);
        int channels = Samples.any(random, Samples.CHANNELS);
        String what = gradient.name() + ", seed " + seed + ", " + pixels + " pixels, " + channels + " channels";
        float[] in = Samples.of(Samples.Kind.WIDE, random, pixels * channels);
        float[] g = Samples.of(Samples.Kind.NORMAL, random, pixels * channels);
        float[] factors = Samples.of(Samples.Kind.NORMAL, random, 2 * channels);
        float[] expected = new float[in.length];
        double[] bounds = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            double a = (double) factors[i % channels] * g[i];
            double b = (double) factors[channels + i % channels] * in[i];
            expected[i] = (float) (a + b);
            bounds[i] = 3 * Bounds.U * (Math.abs(a) + Math.abs(b));
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, pixels, channels).fill(in);
            Guarded gradY = Guarded.strided(arena, random, pixels, channels).fill(g);
            Guarded gradX = Guarded.strided(arena, random, pixels, channels);
            Guarded scales = Guarded.dense(arena, random, 2, channels).fill(factors);
            int split = random.nextInt(pixels + 1);
            input(gradient, 0, split, channels, scales, x, gradY, gradX);
            input(gradient, split, pixels, channels, scales, x, gradY, gradX);
            gradX.assertGuards(what);
            Bounds.assertClose(what, expected, gradX.values(), bounds);
            input(gradient, 0, pixels, channels, scales, x, gradY, gradY);
            gradY.assertGuards(what);
            Bounds.assertSameBits(what + ", over gradY", gradX.values(), gradY.values());
            gradY.fill(g);
            input(gradient, 0, pixels, channels, scales, x, gradY, x);
            x.assertGuards(what);
            Bounds.assertSameBits(what + ", over x", gradX.values(), x.values());
        }
    }

    private static void input(
            ResponseNormGradient gradient,
            int begin,
            int end,
            int channels,
            Guarded coefficients,
            Guarded x,
            Guarded gradY,
            Guarded gradX) {
        gradient.inputGradient(
                end - begin,
                channels,
                coefficients.segment(),
                coefficients.bytes(),
                x.segment(),
                x.bytes(begin),
                x.stride(),
                gradY.segment(),
                gradY.bytes(begin),
                gradY.stride(),
                gradX.segment(),
                gradX.bytes(begin),
                gradX.stride());
    }
}
