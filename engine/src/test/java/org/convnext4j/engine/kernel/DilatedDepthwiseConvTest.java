package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarDilatedDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every depthwise convolution of any kernel and dilation against the scalar one, and that against the 7x7 one. */
@EachWidth
final class DilatedDepthwiseConvTest {
    static Stream<Arguments> convolutions() {
        return Samples.seeded(Implementations.dilatedDepthwiseConvs(), DilatedDepthwiseConv::name, 150);
    }

    /** One problem: shapes and values. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Problem(
            int kernel, int dilation, int height, int width, int channels, float[] x, float[] weight, float[] bias) {
        float[] run(DilatedDepthwiseConv convolution) {
            try (Arena arena = Arena.ofConfined()) {
                DepthwiseConv.Filters filters = pack(convolution, arena);
                Tensor in = Tensor.of(arena, x, height, width, channels);
                Tensor out = Tensor.allocate(arena, height, width, channels);
                filters.forward(in.data(), 0, height, width, 0, height, out.data(), 0);
                return out.toArray();
            }
        }

        DepthwiseConv.Filters pack(DilatedDepthwiseConv convolution, Arena arena) {
            return convolution.pack(
                    arena,
                    dilation,
                    Tensor.of(arena, weight, channels, 1, kernel, kernel),
                    Tensor.of(arena, bias, channels));
        }

        Problem abs() {
            return new Problem(
                    kernel, dilation, height, width, channels, Samples.abs(x), Samples.abs(weight), Samples.abs(bias));
        }
    }

    private static Problem problem(Random random, int kernel, int dilation) {
        int height = 1 + random.nextInt(15);
        int width = 1 + random.nextInt(15);
        int channels = Samples.any(random, Samples.CHANNELS);
        return new Problem(
                kernel,
                dilation,
                height,
                width,
                channels,
                Samples.of(Samples.anyKind(random), random, height * width * channels),
                Samples.of(Samples.Kind.NORMAL, random, channels * kernel * kernel),
                Samples.of(Samples.Kind.NORMAL, random, channels));
    }

    @Test
    void withSevenTapsAndNoDilationItIsConvNeXts() {
        for (int seed = 0; seed < 20; seed++) {
            Problem p = problem(new Random(seed), 7, 1);
            try (Arena arena = Arena.ofConfined()) {
                Tensor out = Tensor.allocate(arena, p.height, p.width, p.channels);
                new ScalarDepthwiseConv()
                        .pack(
                                arena,
                                Tensor.of(arena, p.weight, p.channels, 1, 7, 7),
                                Tensor.of(arena, p.bias, p.channels))
                        .forward(
                                Tensor.of(arena, p.x, p.x.length).data(),
                                0,
                                p.height,
                                p.width,
                                0,
                                p.height,
                                out.data(),
                                0);
                Bounds.assertSameBits("seed " + seed, out.toArray(), p.run(new ScalarDilatedDepthwiseConv()));
            }
        }
    }

    @Test
    void dilationIsAKernelWithHolesOfZeros() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int dilation = 2 + random.nextInt(3);
            Problem p = problem(random, 3, dilation);
            int wide = 2 * dilation + 1;
            float[] weight = new float[p.channels * wide * wide];
            for (int c = 0; c < p.channels; c++) {
                for (int tap = 0; tap < 9; tap++) {
                    int at = (c * wide + tap / 3 * dilation) * wide + tap % 3 * dilation;
                    weight[at] = p.weight[c * 9 + tap];
                }
            }
            Problem holes = new Problem(wide, 1, p.height, p.width, p.channels, p.x, weight, p.bias);
            ScalarDilatedDepthwiseConv oracle = new ScalarDilatedDepthwiseConv();
            Bounds.assertSameBits("seed " + seed, holes.run(oracle), p.run(oracle));
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("convolutions")
    void agreesWithTheOracleWholeAndRowByRow(DilatedDepthwiseConv convolution, int seed) {
        Random random = new Random(seed);
        Problem p = problem(random, Samples.any(random, 1, 3, 5, 7), Samples.any(random, 1, 1, 2, 3, 4));
        String what = convolution.name() + ", seed " + seed + ", kernel " + p.kernel + ", dilation " + p.dilation
                + ", height " + p.height + ", width " + p.width + ", channels " + p.channels;
        float[] sums = p.abs().run(new ScalarDilatedDepthwiseConv());
        double[] bounds = new double[sums.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = sums[i] * Bounds.sum(p.kernel * p.kernel + 1);
        }
        try (Arena arena = Arena.ofConfined()) {
            DepthwiseConv.Filters filters = p.pack(convolution, arena);
            int line = p.width * p.channels;
            Guarded x = Guarded.dense(arena, random, p.height, line).fill(p.x);
            Guarded y = Guarded.dense(arena, random, p.height, line);
            filters.forward(x.segment(), x.bytes(), p.height, p.width, 0, p.height, y.segment(), y.bytes());
            y.assertGuards(what);
            Bounds.assertClose(what, p.run(new ScalarDilatedDepthwiseConv()), y.values(), bounds);

            int begin = random.nextInt(p.height);
            Guarded part = Guarded.dense(arena, random, p.height - begin, line);
            filters.forward(x.segment(), x.bytes(), p.height, p.width, begin, p.height, part.segment(), part.bytes());
            part.assertGuards(what);
            float[] same = new float[(p.height - begin) * line];
            System.arraycopy(y.values(), begin * line, same, 0, same.length);
            Bounds.assertSameBits(what + ", rows from " + begin, same, part.values());
        }
    }

    @Test
    void evenKernelsAndNoDilationAreRefused() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor bias = Tensor.allocate(arena, 3);
            for (DilatedDepthwiseConv convolution : Implementations.dilatedDepthwiseConvs()) {
                Tensor even = Tensor.allocate(arena, 3, 1, 4, 4);
                assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, 1, even, bias));
                Tensor odd = Tensor.allocate(arena, 3, 1, 3, 3);
                assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, 0, odd, bias));
                Tensor oblong = Tensor.allocate(arena, 3, 1, 3, 5);
                assertThrows(IllegalArgumentException.class, () -> convolution.pack(arena, 1, oblong, bias));
            }
        }
    }
}
