package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.scalar.ScalarSigmoidGateGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.vector.VectorKernels;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of every activation against the scalar one of its kind. */
@EachWidth
final class ActivationGradientTest {
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
        86f,
        -86.1f,
        1e30f,
        -1e30f,
        Float.MAX_VALUE / 2,
        -Float.MAX_VALUE / 2
    };

    static Stream<Arguments> gradients() {
        return Stream.of(ActivationKind.values())
                .flatMap(kind -> Implementations.activationGradients(kind).stream()
                        .map(gradient -> Arguments.of(Named.of(gradient.name() + " " + kind, gradient), kind)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void staysInBoundsFromMinus12To12(ActivationGradient gradient, ActivationKind kind) {
        float[] x = new float[SWEEP];
        for (int i = 0; i < SWEEP; i++) {
            x[i] = -12 + 24f * i / (SWEEP - 1);
        }
        sweep(gradient, kind, x);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void staysInBoundsAtExtremes(ActivationGradient gradient, ActivationKind kind) {
        sweep(gradient, kind, EXTREMES);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void isOneHalfAtZeroAndFlatOrStraightFarFromIt(ActivationGradient gradient, ActivationKind kind) {
        float[][] out = run(gradient, new float[] {0f, -0f, 50f, -50f}, new float[] {1, 1, 1, 1});
        assertEquals(0.5f, out[0][0]);
        assertEquals(0.5f, out[0][1]);
        assertEquals(1f, out[0][2]);
        assertEquals(0f, out[0][3], 1e-8f);
        assertEquals(0f, out[1][0]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void worksAtAnyLayoutAndInPlace(ActivationGradient gradient, ActivationKind kind) {
        for (int seed = 0; seed < 100; seed++) {
            worksAtAnyLayoutAndInPlace(gradient, kind, seed);
        }
    }

    private static void worksAtAnyLayoutAndInPlace(ActivationGradient gradient, ActivationKind kind, int seed) {
        Random random = new Random(seed);
        int columns = Samples.any(random, Samples.CHANNELS);
        int rows = 1 + random.nextInt(20);
        String what = gradient.name() + " " + kind + ", seed " + seed + ", " + rows + " rows, " + columns + " columns";
        float[] in = Samples.of(Samples.Kind.NORMAL, random, rows * columns);
        float[] g = Samples.of(Samples.Kind.WIDE, random, rows * columns);
        float[][] expected = run(oracle(kind), in, g);
        double[] bounds = new double[in.length];
        double[] yBounds = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            bounds[i] = derivativeBound(gradient, kind, expected[0][i], g[i]);
            yBounds[i] = valueBound(gradient, kind, in[i], expected[1][i]);
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
            Bounds.assertSameBits(what + ", with values", gradX.values(), both.values());
            Bounds.assertClose(what + ", values", expected[1], y.values(), yBounds);
            Bounds.assertSameBits(what + ", x", in, x.values());
            Bounds.assertSameBits(what + ", gradY", g, gradY.values());

            both(gradient, rows, columns, x, x, gradY, gradY);
            x.assertGuards(what);
            gradY.assertGuards(what);
            Bounds.assertSameBits(what + ", values in place", y.values(), x.values());
            Bounds.assertSameBits(what + ", with values in place", gradX.values(), gradY.values());

            x.fill(in);
            gradY.fill(g);
            backward(gradient, 0, rows, columns, x, gradY, gradY);
            Bounds.assertSameBits(what + ", over gradY", gradX.values(), gradY.values());
            gradY.fill(g);
            backward(gradient, 0, rows, columns, x, gradY, x);
            Bounds.assertSameBits(what + ", over x", gradX.values(), x.values());
        }
    }

    private static void sweep(ActivationGradient gradient, ActivationKind kind, float[] x) {
        float[] ones = new float[x.length];
        Arrays.fill(ones, 1);
        float[][] expected = run(oracle(kind), x, ones);
        float[][] actual = run(gradient, x, ones);
        for (int i = 0; i < x.length; i++) {
            double error = Math.abs((double) actual[0][i] - expected[0][i]);
            assertTrue(
                    error <= derivativeBound(gradient, kind, expected[0][i], 1),
                    gradient.name() + " " + kind + ": f'(" + x[i] + ") is " + actual[0][i] + ", expected "
                            + expected[0][i]);
            double yError = Math.abs((double) actual[1][i] - expected[1][i]);
            assertTrue(
                    yError <= valueBound(gradient, kind, x[i], expected[1][i]),
                    gradient.name() + " " + kind + ": f(" + x[i] + ") is " + actual[1][i] + ", expected "
                            + expected[1][i]);
        }
    }

    private static ActivationGradient oracle(ActivationKind kind) {
        return kind == ActivationKind.GELU ? new ScalarGeluGradient() : new ScalarSigmoidGateGradient(kind);
    }

    @Test
    void geluWithErfIsNoSigmoid() {
        assertThrows(IllegalArgumentException.class, () -> new ScalarSigmoidGateGradient(ActivationKind.GELU));
        assertThrows(IllegalArgumentException.class, () -> VectorKernels.sigmoidGateGradient(ActivationKind.GELU));
    }

    private static double derivativeBound(
            ActivationGradient gradient, ActivationKind kind, float expected, float gradY) {
        return Implementations.derivativeError(gradient, kind) * Math.abs(gradY)
                + 2 * Bounds.U * Math.abs(expected)
                + Float.MIN_VALUE;
    }

    private static double valueBound(ActivationGradient gradient, ActivationKind kind, float x, float expected) {
        double stated = Implementations.valueError(gradient, kind);
        return Math.max(
                Bounds.gelu(x), stated * (kind == ActivationKind.GELU ? Math.max(1, Math.abs(expected)) : Math.abs(x)));
    }

    /** gradX, then y. */
    private static float[][] run(ActivationGradient gradient, float[] in, float[] g) {
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
            ActivationGradient gradient, int begin, int end, int columns, Guarded x, Guarded gradY, Guarded gradX) {
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
            ActivationGradient gradient, int rows, int columns, Guarded x, Guarded y, Guarded gradY, Guarded gradX) {
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
