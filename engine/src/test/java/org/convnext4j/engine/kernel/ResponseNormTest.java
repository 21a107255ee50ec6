package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarResponseNorm;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every global response normalisation against the scalar one, and that against the formula. */
@EachWidth
final class ResponseNormTest {
    private static final float EPSILON = 1e-6f;

    static Stream<Arguments> norms() {
        return Samples.seeded(Implementations.responseNorms(), ResponseNorm::name, 120);
    }

    @Test
    void theOracleIsTheFormula() {
        // Two pixels of two channels: G = (5, 1), their mean 3.
        float[] x = {3, 1, -4, 0};
        float[] gamma = {0.5f, -2};
        float[] beta = {10, 20};
        double n0 = 5 / (3 + 1e-6);
        double n1 = 1 / (3 + 1e-6);
        float[] expected = {
            (float) (0.5 * 3 * n0 + 10 + 3), (float) (-2 * n1 + 20 + 1), (float) (0.5 * -4 * n0 + 10 - 4), 20
        };
        try (Arena arena = Arena.ofConfined()) {
            Tensor map = Tensor.of(arena, x, 2, 2);
            Tensor sums = Tensor.allocate(arena, 2);
            Tensor factors = Tensor.allocate(arena, 2);
            ResponseNorm norm = new ScalarResponseNorm();
            norm.sumSquares(2, 2, map.data(), 0, 2, sums.data(), 0);
            norm.factors(
                    1, 2, EPSILON, sums.data(), 0, Tensor.of(arena, gamma, 2).data(), factors.data(), 0);
            norm.apply(2, 2, factors.data(), 0, Tensor.of(arena, beta, 2).data(), map.data(), 0, 2);
            assertArrayEquals(expected, map.toArray(), 2e-6f);
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("norms")
    void sumsAgreeWithTheOracle(ResponseNorm norm, int seed) {
        Random random = new Random(seed);
        int pixels = 1 + random.nextInt(60);
        int channels = Samples.any(random, Samples.CHANNELS);
        String what = norm.name() + ", seed " + seed + ", " + pixels + " pixels, " + channels + " channels";
        float[] in = Samples.of(Samples.anyKind(random), random, pixels * channels);
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, pixels, channels).fill(in);
            Guarded y = Guarded.dense(arena, random, 1, channels);
            norm.sumSquares(pixels, channels, x.segment(), x.bytes(), x.stride(), y.segment(), y.bytes());
            y.assertGuards(what);
            Tensor expected = Tensor.allocate(arena, channels);
            new ScalarResponseNorm()
                    .sumSquares(pixels, channels, x.segment(), x.bytes(), x.stride(), expected.data(), 0);
            double[] bounds = new double[channels];
            for (int c = 0; c < channels; c++) {
                // The terms are positive, so their sum is the sum of the magnitudes; one more rounding for the squares.
                bounds[c] = expected.get(c) * (Bounds.sum(pixels) + Bounds.U);
            }
            Bounds.assertClose(what, expected.toArray(), y.values(), bounds);
            Bounds.assertSameBits(what + ", x", in, x.values());
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("norms")
    void factorsAgreeWithTheOracle(ResponseNorm norm, int seed) {
        Random random = new Random(seed);
        int parts = 1 + random.nextInt(60);
        int channels = Samples.any(random, Samples.CHANNELS);
        String what = norm.name() + ", seed " + seed + ", " + parts + " parts, " + channels + " channels";
        float[] in = Samples.abs(Samples.of(Samples.anyKind(random), random, parts * channels));
        float[] gamma = Samples.of(Samples.Kind.NORMAL, random, channels);
        try (Arena arena = Arena.ofConfined()) {
            Guarded sums = Guarded.dense(arena, random, parts, channels).fill(in);
            Tensor gammas = Tensor.of(arena, gamma, channels);
            Guarded y = Guarded.dense(arena, random, 1, channels);
            norm.factors(parts, channels, EPSILON, sums.segment(), sums.bytes(), gammas.data(), y.segment(), y.bytes());
            y.assertGuards(what);
            Tensor expected = Tensor.allocate(arena, channels);
            new ScalarResponseNorm()
                    .factors(parts, channels, EPSILON, sums.segment(), sums.bytes(), gammas.data(), expected.data(), 0);
            double[] bounds = new double[channels];
            for (int c = 0; c < channels; c++) {
                // Half of the sums' error is left by the roots; the mean of C of them adds its own.
                double relative = Bounds.sum(parts) + Bounds.sum(channels) + 4 * Bounds.U;
                bounds[c] = (Math.abs(expected.get(c)) + 2) * relative;
            }
            Bounds.assertClose(what, expected.toArray(), y.values(), bounds);
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("norms")
    void appliesFactorsInPlaceAtAnyLayout(ResponseNorm norm, int seed) {
        Random random = new Random(seed);
        int pixels = 1 + random.nextInt(20);
        int channels = Samples.any(random, Samples.CHANNELS);
        String what = norm.name() + ", seed " + seed + ", " + pixels + " pixels, " + channels + " channels";
        float[] in = Samples.of(Samples.Kind.WIDE, random, pixels * channels);
        float[] factors = Samples.of(Samples.Kind.NORMAL, random, channels);
        float[] beta = Samples.of(Samples.Kind.NORMAL, random, channels);
        float[] expected = new float[in.length];
        double[] bounds = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int c = i % channels;
            expected[i] = (float) ((double) in[i] * factors[c] + beta[c]);
            bounds[i] = 2 * Bounds.U * (Math.abs((double) in[i] * factors[c]) + Math.abs(beta[c]));
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, pixels, channels).fill(in);
            Tensor scales = Tensor.of(arena, factors, channels);
            Tensor shifts = Tensor.of(arena, beta, channels);
            int split = random.nextInt(pixels + 1);
            norm.apply(split, channels, scales.data(), 0, shifts.data(), x.segment(), x.bytes(), x.stride());
            norm.apply(
                    pixels - split, channels, scales.data(), 0, shifts.data(), x.segment(), x.bytes(split), x.stride());
            x.assertGuards(what);
            Bounds.assertClose(what, expected, x.values(), bounds);
        }
    }
}
