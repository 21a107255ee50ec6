package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every GELU against the scalar one. */
@EachWidth
final class GeluTest {
    private static final int SWEEP = 1 << 20;

    /** Just below GELU's only minimum, -0.16997 at -0.7518. */
    private static final float MINIMUM = -0.16998f;

    private static final float[] EXTREMES = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        -Float.MIN_NORMAL,
        1e-40f,
        -1e-40f,
        1e-20f,
        -1e-20f,
        13f,
        -13f,
        14.5f,
        -14.5f,
        40f,
        -40f,
        100f,
        -100f,
        1e30f,
        -1e30f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE
    };

    static Stream<Arguments> gelus() {
        return Samples.named(Implementations.gelus(), Gelu::name);
    }

    static Stream<Arguments> seededGelus() {
        return Samples.seeded(Implementations.gelus(), Gelu::name, 100);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gelus")
    void staysInBoundsFromMinus12To12(Gelu gelu) {
        float[] in = new float[SWEEP];
        for (int i = 0; i < SWEEP; i++) {
            in[i] = -12 + 24f * i / (SWEEP - 1);
        }
        sweep(gelu, in);
    }

    /** Random bits reach all exponents, so half of the inputs are tiny. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("gelus")
    void staysInBoundsAtAnyMagnitude(Gelu gelu) {
        Random random = new Random(11);
        float[] in = new float[SWEEP / 4];
        for (int i = 0; i < in.length; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            in[i] = Float.isFinite(value) ? value : 0;
        }
        System.arraycopy(EXTREMES, 0, in, 0, EXTREMES.length);
        float largest = Implementations.largestGeluInput(gelu);
        for (int i = 0; i < in.length; i++) {
            in[i] = Math.clamp(in[i], -largest, largest);
        }
        sweep(gelu, in);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gelus")
    void passesNotANumberOn(Gelu gelu) {
        float[] in = Samples.of(Samples.Kind.NORMAL, new Random(5), 37);
        in[3] = Float.NaN;
        in[36] = Float.NaN;
        float[] out = run(gelu, in);
        for (int i = 0; i < in.length; i++) {
            assertTrue(Float.isNaN(out[i]) == Float.isNaN(in[i]), "gelu(" + in[i] + ") is " + out[i]);
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seededGelus")
    void worksAtAnyLayoutAndInPlace(Gelu gelu, int seed) {
        Random random = new Random(seed);
        int columns = Samples.any(random, Samples.CHANNELS);
        int rows = 1 + random.nextInt(20);
        String what = gelu.name() + ", seed " + seed + ", " + rows + " rows, " + columns + " columns";
        float[] in = Samples.of(Samples.Kind.WIDE, random, rows * columns);
        double[] bounds = new double[in.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Math.max(Bounds.gelu(in[i]), Implementations.geluError(gelu));
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, rows, columns).fill(in);
            Guarded y = Guarded.strided(arena, random, rows, columns);
            run(gelu, 0, rows, columns, x, y);
            y.assertGuards(what);
            Bounds.assertClose(what, run(new ScalarGelu(), in), y.values(), bounds);

            Guarded parts = y.sameLayout(arena);
            int split = random.nextInt(rows + 1);
            run(gelu, 0, split, columns, x, parts);
            run(gelu, split, rows, columns, x, parts);
            parts.assertGuards(what);
            Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
            Bounds.assertSameBits(what + ", x", in, x.values());

            run(gelu, 0, rows, columns, x, x);
            x.assertGuards(what);
            Bounds.assertSameBits(what + ", in place", y.values(), x.values());
        }
    }

    private static void sweep(Gelu gelu, float[] in) {
        double allowed = Implementations.geluError(gelu);
        float[] expected = run(new ScalarGelu(), in);
        float[] actual = run(gelu, in);
        double worst = 0;
        int worstAt = 0;
        for (int i = 0; i < in.length; i++) {
            double error = Math.abs((double) actual[i] - expected[i]) / Math.max(Bounds.gelu(in[i]), allowed);
            if (!(error <= worst)) {
                // Infinity rather than NaN, which any later error would replace.
                worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
                worstAt = i;
            }
            if (in[i] < 0) {
                assertTrue(
                        actual[i] >= MINIMUM - allowed && actual[i] <= allowed,
                        gelu.name() + ": gelu(" + in[i] + ") is " + actual[i] + ", outside of GELU's range");
            }
        }
        assertTrue(
                worst <= 1,
                gelu.name() + ": the largest error is " + worst + " of the bound: gelu(" + in[worstAt] + ") is "
                        + actual[worstAt] + ", expected " + expected[worstAt]);
    }

    private static float[] run(Gelu gelu, float[] in) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, in, in.length);
            Tensor y = Tensor.allocate(arena, in.length);
            gelu.forward(1, in.length, x.data(), 0, in.length, y.data(), 0, in.length);
            return y.toArray();
        }
    }

    private static void run(Gelu gelu, int begin, int end, int columns, Guarded x, Guarded y) {
        gelu.forward(
                end - begin, columns, x.segment(), x.bytes(begin), x.stride(), y.segment(), y.bytes(begin), y.stride());
    }
}
