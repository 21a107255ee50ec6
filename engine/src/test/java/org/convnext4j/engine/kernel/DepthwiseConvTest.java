package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every depthwise convolution against the scalar one. */
@EachWidth
final class DepthwiseConvTest {
    private static final int TAPS = DepthwiseConv.KERNEL * DepthwiseConv.KERNEL;
    private static final int[] SIDES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28};

    static Stream<Arguments> convolutions() {
        return Samples.seeded(Implementations.depthwiseConvs(), DepthwiseConv::name, 180);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("convolutions")
    void agreesWithTheOracleWholeAndRowByRow(DepthwiseConv convolution, int seed) {
        Random random = new Random(seed);
        // Every width comes up ten times; the rest is drawn.
        int width = SIDES[seed % SIDES.length];
        int height = Samples.any(random, SIDES);
        int channels = Samples.any(random, Samples.CHANNELS);
        Samples.Kind kind = Samples.anyKind(random);
        String what = convolution.name() + ", seed " + seed + ", " + kind + ", height " + height + ", width " + width
                + ", channels " + channels;
        float[] in = Samples.of(kind, random, height * width * channels);
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, channels * TAPS);
        float[] bias = Samples.of(kind, random, channels);
        float[] expected = oracle(in, weight, bias, height, width, channels);
        float[] sums = oracle(Samples.abs(in), Samples.abs(weight), Samples.abs(bias), height, width, channels);
        double[] bounds = new double[sums.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = sums[i] * Bounds.sum(TAPS + 1);
        }
        try (Arena arena = Arena.ofConfined()) {
            DepthwiseConv.Filters filters = convolution.pack(
                    arena,
                    Tensor.of(arena, weight, channels, 1, DepthwiseConv.KERNEL, DepthwiseConv.KERNEL),
                    Tensor.of(arena, bias, channels));
            Guarded x = Guarded.dense(arena, random, height, width * channels).fill(in);
            Guarded y = Guarded.dense(arena, random, height, width * channels);
            filters.forward(x.segment(), x.bytes(), height, width, 0, height, y.segment(), y.bytes());
            y.assertGuards(what);
            Bounds.assertClose(what, expected, y.values(), bounds);

            // Each range has a buffer of its own, so writing outside of the range shows.
            int begin = 0;
            while (begin < height) {
                int end = begin + 1 + random.nextInt(height - begin);
                Guarded part = Guarded.dense(arena, random, end - begin, width * channels);
                filters.forward(x.segment(), x.bytes(), height, width, begin, end, part.segment(), part.bytes());
                String rows = what + ", rows " + begin + " to " + end;
                part.assertGuards(rows);
                float[] same = new float[(end - begin) * width * channels];
                System.arraycopy(y.values(), begin * width * channels, same, 0, same.length);
                Bounds.assertSameBits(rows, same, part.values());
                begin = end;
            }
        }
    }

    private static float[] oracle(float[] x, float[] weight, float[] bias, int height, int width, int channels) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor in = Tensor.of(arena, x, height, width, channels);
            Tensor out = Tensor.allocate(arena, height, width, channels);
            new ScalarDepthwiseConv()
                    .pack(
                            arena,
                            Tensor.of(arena, weight, channels, 1, DepthwiseConv.KERNEL, DepthwiseConv.KERNEL),
                            Tensor.of(arena, bias, channels))
                    .forward(in.data(), 0, height, width, 0, height, out.data(), 0);
            return out.toArray();
        }
    }
}
