package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarScaleNorm;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.vector.VectorKernels;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every norm without centring against the scalar one, and that against figures by hand. */
@EachWidth
final class ScaleNormTest {
    private static final float EPSILON = 1e-6f;

    static Stream<Arguments> norms() {
        return Stream.of(NormKind.SIMPLE, NormKind.RMS)
                .flatMap(kind -> Implementations.scaleNorms(kind).stream()
                        .flatMap(norm -> Stream.iterate(0, seed -> seed < 120, seed -> seed + 1)
                                .map(seed -> Arguments.of(Named.of(norm.name() + " " + kind, norm), kind, seed))));
    }

    @Test
    void theOracleIsTheFormula() {
        // Mean 2; epsilon 0.
        float[] x = {0, 1, 3, 4};
        double simple = Math.sqrt((4 + 1 + 1 + 4) / 3.0);
        double rms = Math.sqrt((0 + 1 + 9 + 16) / 4.0);
        assertArrayEquals(
                new float[] {0, (float) (1 / simple), (float) (3 / simple), (float) (4 / simple)},
                normalized(NormKind.SIMPLE, x),
                1e-7f);
        assertArrayEquals(
                new float[] {0, (float) (1 / rms), (float) (3 / rms), (float) (4 / rms)},
                normalized(NormKind.RMS, x),
                1e-7f);
    }

    private static float[] normalized(NormKind kind, float[] x) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor tensor = Tensor.of(arena, x, x.length);
            new ScalarScaleNorm(kind).normalize(1, x.length, 0, tensor.data(), 0, 0, tensor.data(), 0, 0);
            return tensor.toArray();
        }
    }

    @Test
    void theLayerNormIsAnother() {
        assertThrows(IllegalArgumentException.class, () -> new ScalarScaleNorm(NormKind.LAYER));
        assertThrows(IllegalArgumentException.class, () -> VectorKernels.scaleNorm(NormKind.LAYER));
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("norms")
    void agreesWithTheOracleAtAnyLayoutAndInPlace(ChannelNorm norm, NormKind kind, int seed) {
        Random random = new Random(seed);
        // The unbiased variance of one channel does not exist.
        int channels = 1 + Samples.any(random, Samples.CHANNELS);
        int rows = 1 + random.nextInt(20);
        Samples.Kind values = Samples.anyKind(random);
        String what = norm.name() + " " + kind + ", seed " + seed + ", " + values + ", " + rows + " rows, " + channels
                + " channels";
        float[] in = Samples.of(values, random, rows * channels);
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, channels);
        float[] bias = Samples.of(Samples.Kind.NORMAL, random, channels);
        try (Arena arena = Arena.ofConfined()) {
            Tensor weights = Tensor.of(arena, weight, channels);
            Tensor biases = Tensor.of(arena, bias, channels);
            for (boolean affine : new boolean[] {false, true}) {
                Call call = new Call(norm, affine, channels, weights, biases);
                Call oracle = new Call(new ScalarScaleNorm(kind), affine, channels, weights, biases);
                Guarded compact = Guarded.dense(arena, random, rows, channels).fill(in);
                oracle.run(0, rows, compact, compact);

                Guarded x = Guarded.strided(arena, random, rows, channels).fill(in);
                Guarded y = Guarded.strided(arena, random, rows, channels);
                call.run(0, rows, x, y);
                y.assertGuards(what);
                float[] expected = compact.values();
                Bounds.assertClose(
                        what, expected, y.values(), bounds(in, expected, kind, channels, affine ? bias : null));

                Guarded parts = y.sameLayout(arena);
                int split = random.nextInt(rows + 1);
                call.run(0, split, x, parts);
                call.run(split, rows, x, parts);
                Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
                Bounds.assertSameBits(what + ", x", in, x.values());

                Guarded same = Guarded.strided(arena, random, rows, channels).fill(in);
                call.run(0, rows, same, same);
                same.assertGuards(what);
                Bounds.assertSameBits(what + ", in place", y.values(), same.values());
            }
        }
    }

    /**
     * The error to first order: a sum of C positive terms, of whose relative error the root leaves half; the roundings of
     * the result, of its product with the weight and of the bias. Where the squares are about a mean, that is a sum of C
     * terms too; its error moves the variance by its square.
     */
    private static double[] bounds(float[] in, float[] expected, NormKind kind, int channels, float @Nullable [] bias) {
        double relative = Bounds.sum(channels);
        double[] bounds = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int row = i - i % channels;
            double error = relative + 4 * Bounds.U;
            if (kind == NormKind.SIMPLE) {
                double meanError = 0;
                double mean = 0;
                for (int c = 0; c < channels; c++) {
                    meanError += relative * Math.abs(in[row + c]) / channels;
                    mean += in[row + c] / (double) channels;
                }
                double variance = 0;
                for (int c = 0; c < channels; c++) {
                    variance += Math.pow(in[row + c] - mean, 2) / channels;
                }
                error += meanError * meanError / (variance + EPSILON);
            }
            double shift = bias == null ? 0 : Math.abs(bias[i % channels]);
            bounds[i] = (Math.abs(expected[i]) + shift) * error + 3 * Bounds.U * shift + Float.MIN_VALUE;
        }
        return bounds;
    }

    /** One of the two methods of a kernel with its parameters. */
    private record Call(ChannelNorm norm, boolean affine, int channels, Tensor weight, Tensor bias) {
        void run(int begin, int end, Guarded x, Guarded y) {
            int rows = end - begin;
            long from = x.bytes(begin);
            long to = y.bytes(begin);
            if (affine) {
                norm.forward(
                        rows,
                        channels,
                        EPSILON,
                        weight.data(),
                        bias.data(),
                        x.segment(),
                        from,
                        x.stride(),
                        y.segment(),
                        to,
                        y.stride());
            } else {
                norm.normalize(rows, channels, EPSILON, x.segment(), from, x.stride(), y.segment(), to, y.stride());
            }
        }
    }
}
