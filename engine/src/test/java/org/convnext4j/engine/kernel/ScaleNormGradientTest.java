package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.scalar.ScalarScaleNormGradient;
import org.convnext4j.engine.vector.VectorKernels;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of the norms that scale without centring, against the scalar one. */
@EachWidth
final class ScaleNormGradientTest {
    private static final float EPSILON = 1e-6f;
    private static final int[] ROWS = {1, 2, 7, 63, 64, 65, 127, 128, 129, 150};

    static Stream<Arguments> seeded() {
        return Stream.of(NormKind.SIMPLE, NormKind.RMS)
                .flatMap(kind -> Implementations.scaleNormGradients(kind).stream()
                        .flatMap(gradient -> Stream.iterate(0, seed -> seed < 120, seed -> seed + 1)
                                .map(seed ->
                                        Arguments.of(Named.of(gradient.name() + " " + kind, gradient), kind, seed))));
    }

    @Test
    void theLayerNormIsAnother() {
        assertThrows(IllegalArgumentException.class, () -> new ScalarScaleNormGradient(NormKind.LAYER));
        assertThrows(IllegalArgumentException.class, () -> VectorKernels.scaleNormGradient(NormKind.LAYER));
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("seeded")
    void agreesWithTheOracleAtAnyLayoutInPartsAndInPlace(ChannelNormGradient gradient, NormKind kind, int seed) {
        Random random = new Random(seed);
        int rows = ROWS[seed % ROWS.length];
        // The deviation of one channel is not defined.
        int channels = Math.max(kind == NormKind.SIMPLE ? 2 : 1, Samples.any(random, Samples.CHANNELS));
        Samples.Kind sample = Samples.anyKind(random);
        float[] x = Samples.of(sample, random, rows * channels);
        float[] gradY = Samples.of(Samples.Kind.NORMAL, random, rows * channels);
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, channels);
        int parts = ChannelNormGradient.parts(rows);
        String what = gradient.name() + " " + kind + ", seed " + seed + ", " + sample + ", " + rows + " rows, "
                + channels + " channels";
        try (Arena arena = Arena.ofConfined()) {
            Case all = new Case(
                    gradient,
                    channels,
                    Guarded.dense(arena, random, 1, channels).fill(weight),
                    Guarded.strided(arena, random, rows, channels).fill(x),
                    Guarded.strided(arena, random, rows, channels).fill(gradY));
            Bound bound = Bound.of(kind, x, gradY, weight, rows, channels);
            Guarded expected = Guarded.dense(arena, random, rows, channels);
            Guarded expectedSums = Guarded.dense(arena, random, parts, 2 * channels);
            new Case(new ScalarScaleNormGradient(kind), channels, all.weight, all.x, all.gradY)
                    .run(0, rows, expected, expectedSums);

            Guarded gradX = Guarded.strided(arena, random, rows, channels);
            Guarded sums = Guarded.dense(arena, random, parts, 2 * channels);
            all.run(0, rows, gradX, sums);
            gradX.assertGuards(what);
            sums.assertGuards(what + ", sums");
            Bounds.assertClose(what, expected.values(), gradX.values(), bound.gradX);
            Bounds.assertClose(what + ", sums", expectedSums.values(), sums.values(), bound.sums);

            Guarded inParts = gradX.sameLayout(arena);
            Guarded sumsInParts = sums.sameLayout(arena);
            for (int part = 0; part < parts; ) {
                int end = part + 1 + random.nextInt(parts - part);
                int rowEnd = Math.min(rows, end * ChannelNormGradient.PART_ROWS);
                all.run(part * ChannelNormGradient.PART_ROWS, rowEnd, inParts, sumsInParts);
                part = end;
            }
            inParts.assertGuards(what + ", in parts");
            Bounds.assertSameBits(what + ", in parts", gradX.values(), inParts.values());
            Bounds.assertSameBits(what + ", sums in parts", sums.values(), sumsInParts.values());
            Bounds.assertSameBits(what + ", x", x, all.x.values());
            Bounds.assertSameBits(what + ", gradY", gradY, all.gradY.values());

            all.run(0, rows, all.gradY, sumsInParts);
            all.gradY.assertGuards(what + ", over gradY");
            Bounds.assertSameBits(what + ", over gradY", gradX.values(), all.gradY.values());
            Bounds.assertSameBits(what + ", sums over gradY", sums.values(), sumsInParts.values());
            all.gradY.fill(gradY);
            all.run(0, rows, all.x, sumsInParts);
            Bounds.assertSameBits(what + ", over x", gradX.values(), all.x.values());
            Bounds.assertSameBits(what + ", sums over x", sums.values(), sumsInParts.values());
        }
    }

    /**
     * How far results may be off, to first order: the scale as in {@link LayerNormGradientTest}, the sum of g times normal as
     * a sum of C terms of which each has the scale's error, and the centred value by the error of the mean.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bound(double[] gradX, double[] sums) {
        static Bound of(NormKind kind, float[] x, float[] gradY, float[] weight, int rows, int channels) {
            boolean simple = kind == NormKind.SIMPLE;
            double relative = Bounds.sum(channels);
            double rounding = Bounds.sum(ChannelNormGradient.PART_ROWS);
            int divisor = simple ? channels - 1 : channels;
            double[] gradX = new double[x.length];
            double[] sums = new double[ChannelNormGradient.parts(rows) * 2 * channels];
            for (int row = 0; row < rows; row++) {
                int first = row * channels;
                double mean = 0;
                double magnitude = 0;
                for (int c = 0; simple && c < channels; c++) {
                    mean += x[first + c] / (double) channels;
                    magnitude += Math.abs(x[first + c]) / (double) channels;
                }
                double squares = 0;
                for (int c = 0; c < channels; c++) {
                    squares += Math.pow(x[first + c] - mean, 2);
                }
                double scale = 1 / Math.sqrt(squares / divisor + EPSILON);
                double meanError = relative * magnitude;
                double scaleError = relative + meanError * scale * meanError * scale + 4 * Bounds.U;
                double product = 0;
                for (int c = 0; c < channels; c++) {
                    product += Math.abs((double) gradY[first + c] * weight[c] * x[first + c]) * scale / divisor;
                }
                double productError = product * (relative + scaleError + 4 * Bounds.U);
                int part = row / ChannelNormGradient.PART_ROWS * 2 * channels;
                for (int c = 0; c < channels; c++) {
                    double centred = Math.abs(x[first + c] - mean) * scale;
                    double centredError = centred * (scaleError + 2 * Bounds.U)
                            + (meanError + Bounds.U * Math.abs(x[first + c])) * scale;
                    double whole = Math.abs((double) gradY[first + c] * weight[c]) + centred * product;
                    gradX[first + c] = scale
                            * (centred * productError + centredError * product + whole * (scaleError + 4 * Bounds.U));
                    double in = Math.abs(gradY[first + c]);
                    double normal = Math.abs(x[first + c]) * scale;
                    sums[part + c] += in * normal * (scaleError + 2 * Bounds.U + rounding);
                    sums[part + channels + c] += in * rounding;
                }
            }
            return new Bound(gradX, sums);
        }
    }

    /** A kernel with its inputs. */
    private record Case(ChannelNormGradient gradient, int channels, Guarded weight, Guarded x, Guarded gradY) {
        void run(int begin, int end, Guarded gradX, Guarded sums) {
            gradient.backward(
                    begin,
                    end,
                    channels,
                    EPSILON,
                    weight.segment(),
                    weight.bytes(),
                    x.segment(),
                    x.bytes(),
                    x.stride(),
                    gradY.segment(),
                    gradY.bytes(),
                    gradY.stride(),
                    gradX.segment(),
                    gradX.bytes(),
                    gradX.stride(),
                    sums.segment(),
                    sums.bytes());
        }
    }
}
