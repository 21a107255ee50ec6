package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarLayerNorm;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer normalisation against the scalar one. */
@EachWidth
final class LayerNormTest {
    private static final float EPSILON = 1e-6f;

    static Stream<Arguments> norms() {
        return Samples.seeded(Implementations.layerNorms(), LayerNorm::name, 200);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("norms")
    void agreesWithTheOracleAtAnyLayoutAndInPlace(LayerNorm norm, int seed) {
        Random random = new Random(seed);
        int channels = Samples.any(random, Samples.CHANNELS);
        int rows = 1 + random.nextInt(20);
        Samples.Kind kind = Samples.anyKind(random);
        float[] in = Samples.of(kind, random, rows * channels);
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, channels);
        float[] bias = Samples.of(Samples.Kind.NORMAL, random, channels);
        for (boolean affine : new boolean[] {false, true}) {
            String what = norm.name() + ", seed " + seed + ", " + kind + ", " + rows + " rows, " + channels
                    + " channels, " + (affine ? "with" : "without") + " affine part";
            try (Arena arena = Arena.ofConfined()) {
                Call call = new Call(
                        norm, affine, channels, Tensor.of(arena, weight, channels), Tensor.of(arena, bias, channels));
                Call oracle = new Call(new ScalarLayerNorm(), affine, channels, call.weight, call.bias);
                Guarded compact = Guarded.dense(arena, random, rows, channels).fill(in);
                oracle.run(0, rows, compact, compact);

                Guarded x = Guarded.strided(arena, random, rows, channels).fill(in);
                Guarded y = Guarded.strided(arena, random, rows, channels);
                call.run(0, rows, x, y);
                y.assertGuards(what);
                Bounds.assertClose(what, compact.values(), y.values(), bounds(in, rows, channels, call));

                Guarded parts = y.sameLayout(arena);
                int split = random.nextInt(rows + 1);
                call.run(0, split, x, parts);
                call.run(split, rows, x, parts);
                parts.assertGuards(what);
                Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
                Bounds.assertSameBits(what + ", x", in, x.values());

                call.run(0, rows, x, x);
                x.assertGuards(what);
                Bounds.assertSameBits(what + ", in place", y.values(), x.values());
            }
        }
    }

    /**
     * The error to first order. The mean is a sum of C terms, so it is off by {@code e = sum(C) mean|x|}, and each
     * difference from it by that and a rounding of x. The variance about that mean is a sum of C positive terms; its
     * relative error is halved by the root. In units of the standard deviation, with the affine part on top.
     */
    private static double[] bounds(float[] in, int rows, int channels, Call call) {
        double relative = Bounds.sum(channels);
        double[] bounds = new double[in.length];
        for (int row = 0; row < rows; row++) {
            double mean = 0;
            double magnitude = 0;
            for (int c = 0; c < channels; c++) {
                mean += in[row * channels + c] / (double) channels;
                magnitude += Math.abs(in[row * channels + c]) / (double) channels;
            }
            double variance = 0;
            for (int c = 0; c < channels; c++) {
                variance += Math.pow(in[row * channels + c] - mean, 2) / channels;
            }
            double scale = 1 / Math.sqrt(variance + EPSILON);
            double meanError = relative * magnitude;
            // The mean's error moves the variance by its square; the differences' errors by at most this factor.
            double scaleError = relative + meanError * scale * meanError * scale + 4 * Bounds.U;
            for (int c = 0; c < channels; c++) {
                int i = row * channels + c;
                double normal = Math.abs(in[i] - mean) * scale;
                double error = normal * scaleError + (meanError + Bounds.U * Math.abs(in[i])) * scale;
                double weight = call.affine ? Math.abs(call.weight.get(c)) : 1;
                double bias = call.affine ? Math.abs(call.bias.get(c)) : 0;
                bounds[i] = error * weight + 3 * Bounds.U * (normal * weight + bias);
            }
        }
        return bounds;
    }

    /** One of the two methods of a kernel with its parameters. */
    private record Call(LayerNorm norm, boolean affine, int channels, Tensor weight, Tensor bias) {
        void run(int begin, int end, Guarded x, Guarded y) {
            if (affine) {
                norm.forward(
                        end - begin,
                        channels,
                        EPSILON,
                        weight.data(),
                        bias.data(),
                        x.segment(),
                        x.bytes(begin),
                        x.stride(),
                        y.segment(),
                        y.bytes(begin),
                        y.stride());
            } else {
                norm.normalize(
                        end - begin,
                        channels,
                        EPSILON,
                        x.segment(),
                        x.bytes(begin),
                        x.stride(),
                        y.segment(),
                        y.bytes(begin),
                        y.stride());
            }
        }
    }
}
