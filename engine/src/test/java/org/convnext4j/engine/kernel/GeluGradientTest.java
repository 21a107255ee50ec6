package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of GELU against the scalar one. */
@EachWidth
final class GeluGradientTest {
    private static final int SWEEP = 1 << 20;
    private static final float[] EXTREMES = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-30f,
        -1e-30f,
        6.5f,
        -6.5f,
        13f,
        -13f,
        40f,
        -40f,
        1e10f,
        -1e10f,
        1e30f,
        -1e30f
    };

    static Stream<Arguments> gradients() {
        return Samples.named(Implementations.geluGradients(), GeluGradient::name);
    }

    static Stream<Arguments> seeded() {
        return Samples.seeded(Implementations.geluGradients(), GeluGradient::name, 100);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void staysInBoundsFromMinus12To12(GeluGradient gradient) {
        float[] x = new float[SWEEP];
        for (int i = 0; i < SWEEP; i++) {
            x[i] = -12 + 24f * i / (SWEEP - 1);
        }
        sweep(gradient, x);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void staysInBoundsAtExtremes(GeluGradient gradient) {
        sweep(gradient, EXTREMES);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void isOneHalfAtZeroAndFlatOrStraightFarFromIt(GeluGradient gradient) {
        float[][] out = run(gradient, new float[] {0f, -0f, 50f, -50f}, new float[] {1, 1, 1, 1});
        assertEquals(0.5f, out[0][0]);
        assertEquals(0.5f, out[0][1]);
        assertEquals(1f, out[0][2]);
        assertEquals(0f, out[0][3], 1e-8f);
        assertEquals(0f, out[1][0]);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void worksAtAnyLayoutAndInPlace(GeluGradient gradient, int seed) {
        Random random = new Random(seed);
        int columns = Samples.any(random, Samples.CHANNELS);
        int rows = 1 + random.nextInt(20);
        String what = gradient.name() + ", seed " + seed + ", " + rows + " rows, " + columns + " columns";
        float[] in = Samples.of(Samples.Kind.NORMAL, random, rows * columns);
        float[] g = Samples.of(Samples.Kind.WIDE, random, rows * columns);
        float[][] expected = run(new ScalarGeluGradient(), in, g);
        double[] bounds = new double[in.length];
        double[] yBounds = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            bounds[i] = derivativeBound(gradient, expected[0][i], g[i]);
            yBounds[i] = geluBound(gradient, in[i], expected[1][i]);
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, rows, columns).fill(in);
            Guarded gradY = Guarded.strided(arena, random, rows, columns).fill(g);
            Guarded gradX = Guarded.strided(arena, random, rows, columns);
            backward(gradient, 0, rows, columns, x, gradY, gradX);
            gradX.assertGuards(what);
            Bounds.assertClose(what, expected[0], gradX.values(), bounds);

            Guarded parts = gradX.sameLayout(arena);
            int split = random.nextInt(rows + 1);
            backward(gradient, 0, split, columns, x, gradY, parts);
            backward(gradient, split, rows, columns, x, gradY, parts);
            parts.assertGuards(what);
            Bounds.assertSameBits(what + ", in parts", gradX.values(), parts.values());

            Guarded y = Guarded.strided(arena, random, rows, columns);
            Guarded both = gradX.sameLayout(arena);
            both(gradient, rows, columns, x, y, gradY, both);
            y.assertGuards(what);
            both.assertGuards(what);
            Bounds.assertSameBits(what + ", with GELU", gradX.values(), both.values());
            Bounds.assertClose(what + ", GELU", expected[1], y.values(), yBounds);
            Bounds.assertSameBits(what + ", x", in, x.values());
            Bounds.assertSameBits(what + ", gradY", g, gradY.values());

            both(gradient, rows, columns, x, x, gradY, gradY);
            x.assertGuards(what);
            gradY.assertGuards(what);
            Bounds.assertSameBits(what + ", GELU in place", y.values(), x.values());
            Bounds.assertSameBits(what + ", with GELU in place", gradX.values(), gradY.values());

            x.fill(in);
            gradY.fill(g);
            backward(gradient, 0, rows, columns, x, gradY, gradY);
            Bounds.assertSameBits(what + ", over gradY", gradX.values(), gradY.values());
            gradY.fill(g);
            backward(gradient, 0, rows, columns, x, gradY, x);
            Bounds.assertSameBits(what + ", over x", gradX.values(), x.values());
        }
    }

    private static void sweep(GeluGradient gradient, float[] x) {
        float[] ones = new float[x.length];
        Arrays.fill(ones, 1);
        float[][] expected = run(new ScalarGeluGradient(), x, ones);
        float[][] actual = run(gradient, x, ones);
        for (int i = 0; i < x.length; i++) {
            double error = Math.abs((double) actual[0][i] - expected[0][i]);
            assertTrue(
                    error <= derivativeBound(gradient, expected[0][i], 1),
                    gradient.name() + ": gelu'(" + x[i] + ") is " + actual[0][i] + ", expected " + expected[0][i]);
            double yError = Math.abs((double) actual[1][i] - expected[1][i]);
            assertTrue(
                    yError <= geluBound(gradient, x[i], expected[1][i]),
                    gradient.name() + ": gelu(" + x[i] + ") is " + actual[1][i] + ", expected " + expected[1][i]);
        }
    }

    private static double derivativeBound(GeluGradient gradient, float expected, float gradY) {
        return Implementations.geluDerivativeError(gradient) * Math.abs(gradY)
                + 2 * Bounds.U * Math.abs(expected)
                + Float.MIN_VALUE;
    }

    private static double geluBound(GeluGradient gradient, float x, float expected) {
        double stated = Implementations.geluError(gradient) * Math.max(1, Math.abs(expected));
        return Math.max(Bounds.gelu(x), stated);
    }

    /** gradX, then y. */
    private static float[][] run(GeluGradient gradient, float[] in, float[] g) {
        int n = in.length;
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, in, n);
            Tensor gradY = Tensor.of(arena, g, n);
            Tensor y = Tensor.allocate(arena, n);
            Tensor gradX = Tensor.allocate(arena, n);
            gradient.forwardAndBackward(1, n, x.data(), 0, n, y.data(), 0, n, gradY.data(), 0, n, gradX.data(), 0, n);
            return new float[][] {gradX.toArray(), y.toArray()};
        }
    }

    private static void backward(
            GeluGradient gradient, int begin, int end, int columns, Guarded x, Guarded gradY, Guarded gradX) {
        gradient.backward(
                end - begin,
                columns,
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

    private static void both(
            GeluGradient gradient, int rows, int columns, Guarded x, Guarded y, Guarded gradY, Guarded gradX) {
        gradient.forwardAndBackward(
                rows,
                columns,
                x.segment(),
                x.bytes(),
                x.stride(),
                y.segment(),
                y.bytes(),
                y.stride(),
                gradY.segment(),
                gradY.bytes(),
                gradY.stride(),
                gradX.segment(),
                gradX.bytes(),
                gradX.stride());
    }
}
