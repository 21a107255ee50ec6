package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.scalar.ScalarLayerNormGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of layer normalisation against the scalar one. */
@EachWidth
final class LayerNormGradientTest {
    private static final float EPSILON = 1e-6f;
    private static final int[] ROWS = {1, 2, 7, 63, 64, 65, 127, 128, 129, 150};

    static Stream<Arguments> gradients() {
        return Samples.named(Implementations.layerNormGradients(), LayerNormGradient::name);
    }

    static Stream<Arguments> seeded() {
        return Samples.seeded(Implementations.layerNormGradients(), LayerNormGradient::name, 120);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void agreesWithTheOracleAtAnyLayoutInPartsAndInPlace(LayerNormGradient gradient, int seed) {
        Random random = new Random(seed);
        int rows = ROWS[seed % ROWS.length];
        int channels = Samples.any(random, Samples.CHANNELS);
        Samples.Kind kind = Samples.anyKind(random);
        float[] x = Samples.of(kind, random, rows * channels);
        float[] gradY = Samples.of(Samples.Kind.NORMAL, random, rows * channels);
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, channels);
        int parts = ChannelNormGradient.parts(rows);
        String what =
                gradient.name() + ", seed " + seed + ", " + kind + ", " + rows + " rows, " + channels + " channels";
        try (Arena arena = Arena.ofConfined()) {
            Case all = new Case(
                    gradient,
                    channels,
                    Guarded.dense(arena, random, 1, channels).fill(weight),
                    Guarded.strided(arena, random, rows, channels).fill(x),
                    Guarded.strided(arena, random, rows, channels).fill(gradY));
            Bound bound = Bound.of(x, gradY, weight, rows, channels);
            Guarded expected = Guarded.dense(arena, random, rows, channels);
            Guarded expectedSums = Guarded.dense(arena, random, parts, 2 * channels);
            new Case(new ScalarLayerNormGradient(), channels, all.weight, all.x, all.gradY)
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
                int rowEnd = Math.min(rows, end * LayerNormGradient.PART_ROWS);
                all.run(part * LayerNormGradient.PART_ROWS, rowEnd, inParts, sumsInParts);
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void rangesBeginWithAPart(LayerNormGradient gradient) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(400, Tensor.ALIGNMENT_BYTES);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> gradient.backward(1, 2, 1, EPSILON, s, 0, s, 0, 1, s, 0, 1, s, 0, 1, s, 0));
        }
    }

    /**
     * How far results may be off, to first order.
     *
     * <p>With the error of a normalised value as in {@link LayerNormTest}, the mean of g is off as a sum of C terms, that
     * of g times normal also by the normalised values' errors; each then shows in the result times the scale.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bound(double[] gradX, double[] sums) {
        static Bound of(float[] x, float[] gradY, float[] weight, int rows, int channels) {
            double relative = Bounds.sum(channels);
            double[] gradX = new double[x.length];
            double[] sums = new double[ChannelNormGradient.parts(rows) * 2 * channels];
            double[] normals = new double[channels];
            double[] errors = new double[channels];
            for (int row = 0; row < rows; row++) {
                int first = row * channels;
                double mean = 0;
                double magnitude = 0;
                for (int c = 0; c < channels; c++) {
                    mean += x[first + c] / (double) channels;
                    magnitude += Math.abs(x[first + c]) / (double) channels;
                }
                double variance = 0;
                for (int c = 0; c < channels; c++) {
                    variance += Math.pow(x[first + c] - mean, 2) / channels;
                }
                double scale = 1 / Math.sqrt(variance + EPSILON);
                double meanError = relative * magnitude;
                double scaleError = relative + meanError * scale * meanError * scale + 4 * Bounds.U;
                double g = 0;
                double gError = 0;
                double product = 0;
                double productError = 0;
                for (int c = 0; c < channels; c++) {
                    normals[c] = Math.abs(x[first + c] - mean) * scale;
                    errors[c] = normals[c] * scaleError
                            + (meanError + Bounds.U * Math.abs(x[first + c])) * scale
                            + 2 * Bounds.U * normals[c];
                    double weighted = Math.abs((double) gradY[first + c] * weight[c]);
                    g += weighted / channels;
                    gError += weighted * relative / channels;
                    product += weighted * normals[c] / channels;
                    productError += weighted * (normals[c] * relative + errors[c]) / channels;
                }
                int part = row / LayerNormGradient.PART_ROWS * 2 * channels;
                for (int c = 0; c < channels; c++) {
                    double weighted = Math.abs((double) gradY[first + c] * weight[c]);
                    double whole = weighted + g + normals[c] * product;
                    gradX[first + c] = scale
                            * (gError
                                    + normals[c] * productError
                                    + errors[c] * product
                                    + whole * (scaleError + 4 * Bounds.U));
                    double in = Math.abs(gradY[first + c]);
                    double rounding = Bounds.sum(LayerNormGradient.PART_ROWS);
                    sums[part + c] += in * (errors[c] + normals[c] * rounding);
                    sums[part + channels + c] += in * rounding;
                }
            }
            return new Bound(gradX, sums);
        }
    }

    /** A kernel with its inputs. */
    private record Case(LayerNormGradient gradient, int channels, Guarded weight, Guarded x, Guarded gradY) {
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
