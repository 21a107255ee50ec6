package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarPatchConv;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every patch convolution against the scalar one. */
@EachWidth
final class PatchConvTest {
    static Stream<Arguments> convolutions() {
        return Samples.seeded(Implementations.patchConvs(), PatchConv::name, 120);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("convolutions")
    void agreesWithTheOracleWholeAndRowByRow(PatchConv convolution, int seed) {
        Random random = new Random(seed);
        int patch = Samples.any(random, 1, 2, 4);
        int channels = Samples.any(random, Samples.CHANNELS);
        int outputs = Samples.any(random, Samples.CHANNELS);
        int height = patch + random.nextInt(17);
        int width = patch + random.nextInt(17);
        int rowFloats = width / patch * outputs;
        int outRows = height / patch;
        String what = convolution.name() + ", seed " + seed + ", patch " + patch + ", height " + height + ", width "
                + width + ", " + channels + " to " + outputs;
        Samples.Kind kind = Samples.anyKind(random);
        float[] in = Samples.of(kind, random, height * width * channels);
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, outputs * channels * patch * patch);
        float[] bias = Samples.of(kind, random, outputs);
        float[] expected = oracle(in, weight, bias, patch, height, width, channels);
        float[] sums = oracle(Samples.abs(in), Samples.abs(weight), Samples.abs(bias), patch, height, width, channels);
        double[] bounds = new double[sums.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = sums[i] * Bounds.sum(channels * patch * patch + 1);
        }
        try (Arena arena = Arena.ofConfined()) {
            PatchConv.Filters filters = pack(convolution, arena, weight, bias, patch, channels);
            Guarded x = Guarded.dense(arena, random, height, width * channels).fill(in);
            Guarded y = Guarded.dense(arena, random, outRows, rowFloats);
            run(filters, random, arena, x, width, 0, outRows, y);
            y.assertGuards(what);
            Bounds.assertClose(what, expected, y.values(), bounds);

            int begin = 0;
            while (begin < outRows) {
                int end = begin + 1 + random.nextInt(outRows - begin);
                Guarded part = Guarded.dense(arena, random, end - begin, rowFloats);
                run(filters, random, arena, x, width, begin, end, part);
                String rows = what + ", rows " + begin + " to " + end;
                part.assertGuards(rows);
                if (!Implementations.sameBitsAtAnyRange(convolution)) {
                    begin = end;
                    continue;
                }
                float[] same = new float[(end - begin) * rowFloats];
                System.arraycopy(y.values(), begin * rowFloats, same, 0, same.length);
                Bounds.assertSameBits(rows, same, part.values());
                begin = end;
            }
        }
    }

    /** Runs with scratch memory of exactly the size asked for, full of NaN, at an offset. */
    private static void run(
            PatchConv.Filters filters,
            Random random,
            Arena arena,
            Guarded x,
            int width,
            int begin,
            int end,
            Guarded y) {
        int floats = Math.toIntExact(filters.scratchFloats(width) * (end - begin));
        Guarded scratch = Guarded.dense(arena, random, 1, floats);
        filters.forward(
                x.segment(), x.bytes(), width, begin, end, scratch.segment(), scratch.bytes(), y.segment(), y.bytes());
    }

    private static PatchConv.Filters pack(
            PatchConv convolution, Arena arena, float[] weight, float[] bias, int patch, int channels) {
        return convolution.pack(
                arena,
                Tensor.of(arena, weight, bias.length, channels, patch, patch),
                Tensor.of(arena, bias, bias.length));
    }

    private static float[] oracle(
            float[] x, float[] weight, float[] bias, int patch, int height, int width, int channels) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor in = Tensor.of(arena, x, height, width, channels);
            Tensor out = Tensor.allocate(arena, height / patch, width / patch, bias.length);
            pack(new ScalarPatchConv(), arena, weight, bias, patch, channels)
                    .forward(in.data(), 0, width, 0, height / patch, out.data(), 0, out.data(), 0);
            return out.toArray();
        }
    }
}
