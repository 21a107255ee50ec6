package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimiser against its formulas in double. */
@EachWidth
final class OptimizerKernelsTest {
    private static final int[] COUNTS = {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 257, 1009};

    static Stream<Arguments> kernels() {
        return Samples.named(Implementations.optimizerKernels(), OptimizerKernels::name);
    }

    static Stream<Arguments> seeded() {
        return Samples.seeded(Implementations.optimizerKernels(), OptimizerKernels::name, 90);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void adamWTakesOneStepInRangesOfAnySize(OptimizerKernels kernels, int seed) {
        Random random = new Random(seed);
        int count = COUNTS[seed % COUNTS.length];
        int number = seed % 3 == 0 ? 1 : 1 + random.nextInt(5000);
        double gradientScale = random.nextBoolean() ? 1 : 0.37;
        double weightDecay = random.nextBoolean() ? 0 : 0.05;
        AdamW step = new AdamW(4e-3, 0.9, 0.999, 1e-8, weightDecay, number, gradientScale);
        String what = kernels.name() + ", seed " + seed + ", " + count + " floats, " + step;
        float[] g = Samples.of(Samples.anyKind(random), random, count);
        float[] p = Samples.of(Samples.Kind.NORMAL, random, count);
        float[] m = number == 1 ? new float[count] : Samples.of(Samples.Kind.NORMAL, random, count);
        float[] v = number == 1 ? new float[count] : Samples.abs(Samples.of(Samples.Kind.WIDE, random, count));
        float[][] expected = new float[3][count];
        double[][] bounds = new double[3][count];
        for (int i = 0; i < count; i++) {
            double scaled = gradientScale * g[i];
            double mean = 0.9 * m[i] + (1 - 0.9) * scaled;
            double square = 0.999 * v[i] + (1 - 0.999) * scaled * scaled;
            double root = Math.sqrt(square / (1 - Math.pow(0.999, number))) + 1e-8;
            double scale = 4e-3 / (1 - Math.pow(0.9, number)) / root;
            expected[0][i] = (float) (p[i] - 4e-3 * weightDecay * p[i] - scale * mean);
            expected[1][i] = (float) mean;
            expected[2][i] = (float) square;
            // Every constant, product and sum is rounded: 8 roundings of the largest intermediate are ample.
            bounds[1][i] = 8 * Bounds.U * (Math.abs(m[i]) + Math.abs(scaled));
            bounds[2][i] = 8 * Bounds.U * (v[i] + 2 * 1e-3 * scaled * scaled);
            double change = Math.abs(scale * mean) * 12 * Bounds.U + scale * bounds[1][i];
            bounds[0][i] = change + 3 * Bounds.U * Math.abs(p[i]);
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded gradient = Guarded.dense(arena, random, 1, count).fill(g);
            State whole = new State(arena, random, count);
            whole.fill(p, m, v);
            whole.step(kernels, step, 0, count, gradient);
            whole.assertClose(what, expected, bounds);

            State parts = new State(arena, random, count);
            parts.fill(p, m, v);
            int begin = 0;
            while (begin < count) {
                int end = begin + 1 + random.nextInt(count - begin);
                parts.step(kernels, step, begin, end, gradient);
                begin = end;
            }
            whole.assertSameBits(what + ", in parts", parts);
            Bounds.assertSameBits(what + ", gradient", g, gradient.values());
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void movingAverageMovesByItsShareOfTheDifference(OptimizerKernels kernels, int seed) {
        Random random = new Random(seed);
        int count = COUNTS[seed % COUNTS.length];
        double decay = Samples.any(random, 0, 9, 99, 9999) / Math.pow(10, 4);
        float[] p = Samples.of(Samples.Kind.NORMAL, random, count);
        float[] e = Samples.of(Samples.Kind.NORMAL, random, count);
        float[] expected = new float[count];
        double[] bounds = new double[count];
        for (int i = 0; i < count; i++) {
            expected[i] = (float) (decay * e[i] + (1 - decay) * p[i]);
            bounds[i] = 4 * Bounds.U * (Math.abs(e[i]) + Math.abs(p[i]));
        }
        String what = kernels.name() + ", seed " + seed + ", " + count + " floats, decay " + decay;
        try (Arena arena = Arena.ofConfined()) {
            Guarded parameter = Guarded.dense(arena, random, 1, count).fill(p);
            Guarded average = Guarded.dense(arena, random, 1, count).fill(e);
            kernels.movingAverage(
                    count, decay, parameter.segment(), parameter.bytes(), average.segment(), average.bytes());
            average.assertGuards(what);
            Bounds.assertClose(what, expected, average.values(), bounds);
            Bounds.assertSameBits(what + ", parameter", p, parameter.values());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kernels")
    void movingAverageOfConstantWeightsStaysWhereItIs(OptimizerKernels kernels) {
        try (Arena arena = Arena.ofConfined()) {
            float[] values = Samples.of(Samples.Kind.WIDE, new Random(3), 67);
            Tensor parameter = Tensor.of(arena, values, 67);
            Tensor average = Tensor.of(arena, values, 67);
            for (int step = 0; step < 1000; step++) {
                kernels.movingAverage(67, 0.9999, parameter.data(), 0, average.data(), 0);
            }
            Bounds.assertSameBits(kernels.name(), values, average.toArray());
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void squaredNormAndScale(OptimizerKernels kernels, int seed) {
        Random random = new Random(seed);
        int count = COUNTS[seed % COUNTS.length];
        float[] values = Samples.of(Samples.Kind.WIDE, random, count);
        double expected = 0;
        float[] scaled = new float[count];
        for (int i = 0; i < count; i++) {
            expected += (double) values[i] * values[i];
            scaled[i] = 0.3f * values[i];
        }
        String what = kernels.name() + ", seed " + seed + ", " + count + " floats";
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, 1, count).fill(values);
            assertEquals(
                    expected, kernels.squaredNorm(count, x.segment(), x.bytes()), expected * count * 0x1p-52, what);
            kernels.scale(count, 0.3f, x.segment(), x.bytes());
            x.assertGuards(what);
            Bounds.assertSameBits(what, scaled, x.values());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kernels")
    void squaredNormTakesHugeValuesAndShowsBrokenOnes(OptimizerKernels kernels) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.allocate(arena, 101);
            x.set(3, 1e30f);
            x.set(99, -1e30f);
            assertEquals(2e60, kernels.squaredNorm(101, x.data(), 0), 2e60 * 1e-6);
            x.set(50, Float.NaN);
            assertFalse(Double.isFinite(kernels.squaredNorm(101, x.data(), 0)));
            x.set(50, Float.NEGATIVE_INFINITY);
            assertFalse(Double.isFinite(kernels.squaredNorm(101, x.data(), 0)));
        }
    }

    @Test
    void constantsOutsideTheirRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AdamW(-1, 0.9, 0.999, 1e-8, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(Double.NaN, 0.9, 0.999, 1e-8, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(1, 1, 0.999, 1e-8, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(1, 0.9, -0.1, 1e-8, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(1, 0.9, 0.999, -1, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(1, 0.9, 0.999, 1e-8, -1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(1, 0.9, 0.999, 1e-8, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(1, 0.9, 0.999, 1e-8, 0, 1, Double.NaN));
    }

    /** Parameters with their running means. */
    private static final class State {
        private final Guarded parameter;
        private final Guarded mean;
        private final Guarded square;

        State(Arena arena, Random random, int count) {
            parameter = Guarded.dense(arena, random, 1, count);
            mean = Guarded.dense(arena, random, 1, count);
            square = Guarded.dense(arena, random, 1, count);
        }

        void fill(float[] p, float[] m, float[] v) {
            parameter.fill(p);
            mean.fill(m);
            square.fill(v);
        }

        void step(OptimizerKernels kernels, AdamW step, int begin, int end, Guarded gradient) {
            long offset = (long) begin * Float.BYTES;
            kernels.adamW(
                    end - begin,
                    step,
                    gradient.segment(),
                    gradient.bytes() + offset,
                    parameter.segment(),
                    parameter.bytes() + offset,
                    mean.segment(),
                    mean.bytes() + offset,
                    square.segment(),
                    square.bytes() + offset);
        }

        void assertClose(String what, float[][] expected, double[][] bounds) {
            parameter.assertGuards(what + ", parameter");
            mean.assertGuards(what + ", mean");
            square.assertGuards(what + ", square");
            Bounds.assertClose(what + ", mean", expected[1], mean.values(), bounds[1]);
            Bounds.assertClose(what + ", square", expected[2], square.values(), bounds[2]);
            Bounds.assertClose(what + ", parameter", expected[0], parameter.values(), bounds[0]);
        }

        void assertSameBits(String what, State other) {
            Bounds.assertSameBits(what + ", parameter", parameter.values(), other.parameter.values());
            Bounds.assertSameBits(what + ", mean", mean.values(), other.mean.values());
            Bounds.assertSameBits(what + ", square", square.values(), other.square.values());
        }
    }
}
