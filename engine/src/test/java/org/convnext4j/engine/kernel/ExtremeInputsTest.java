package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.scalar.ScalarLayerNorm;
import org.convnext4j.engine.scalar.ScalarLayerNormGradient;
import org.convnext4j.engine.scalar.ScalarScaleNorm;
import org.convnext4j.engine.scalar.ScalarSigmoidGate;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs near the ends of float32 and beyond: where the result is a number, an implementation gives that number or none;
 * never another. The oracle computes in double, in which no square of a float overflows.
 */
@EachWidth
final class ExtremeInputsTest {
    private static final float EPSILON = 1e-6f;
    private static final float MAX = Float.MAX_VALUE;
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float[] SCALES = {
        Float.MIN_VALUE, 1e-40f, 1e-30f, 1e18f, 1e19f, 3e19f, 1e25f, 1e30f, 1e37f, MAX
    };
    private static final float[] OFFSETS = {1e3f, 1e5f, 1e6f, -1e6f, 1e7f};
    private static final int[] CHANNELS = {3, 24, 96, 101};

    private static final float[] POINTS = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40f,
        -1e-40f,
        50f,
        -50f,
        100f,
        -100f,
        1e18f,
        -1e18f,
        1e19f,
        -1e19f,
        1e20f,
        -1e20f,
        1e30f,
        -1e30f,
        3e38f,
        -3e38f,
        MAX,
        -MAX,
        INFINITY,
        -INFINITY,
        Float.NaN,
        Float.intBitsToFloat(0xffc00000)
    };

    static Stream<Arguments> norms() {
        List<Arguments> all = new ArrayList<>();
        for (LayerNorm norm : Implementations.layerNorms()) {
            all.add(Arguments.of(Named.of(norm.name(), norm), new ScalarLayerNorm()));
        }
        for (NormKind kind : List.of(NormKind.SIMPLE, NormKind.RMS)) {
            for (ChannelNorm norm : Implementations.scaleNorms(kind)) {
                all.add(Arguments.of(Named.of(norm.name() + " " + kind, norm), new ScalarScaleNorm(kind)));
            }
        }
        return all.stream();
    }

    private static float[] noise(Random random, int channels, float scale, float offset) {
        float[] row = new float[channels];
        for (int c = 0; c < channels; c++) {
            row[c] = (2 * random.nextFloat() - 1) * scale + offset;
        }
        return row;
    }

    private static float[] run(ChannelNorm norm, boolean affine, float[] row, float[] weight, float[] bias) {
        int channels = row.length;
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, row, channels);
            Tensor y = Tensor.allocate(arena, channels);
            if (affine) {
                Tensor w = Tensor.of(arena, weight, channels);
                Tensor b = Tensor.of(arena, bias, channels);
                norm.forward(1, channels, EPSILON, w.data(), b.data(), x.data(), 0, 0, y.data(), 0, 0);
            } else {
                norm.normalize(1, channels, EPSILON, x.data(), 0, 0, y.data(), 0, 0);
            }
            return y.toArray();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("norms")
    void aNormOfLargeOrTinyRowsIsRight(ChannelNorm norm, ChannelNorm oracle) {
        Random random = new Random(1);
        for (int channels : CHANNELS) {
            float[] weight = noise(random, channels, 1, 0);
            float[] bias = noise(random, channels, 1, 0);
            for (boolean affine : new boolean[] {false, true}) {
                for (float scale : SCALES) {
                    float[] row = noise(random, channels, scale, 0);
                    String what = channels + " channels of " + scale;
                    assertRow(what, run(oracle, affine, row, weight, bias), run(norm, affine, row, weight, bias), 2e-6);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("norms")
    void aNormOfARowWithoutANumberHasNone(ChannelNorm norm, ChannelNorm oracle) {
        Random random = new Random(2);
        for (int channels : CHANNELS) {
            for (float stranger : new float[] {Float.NaN, INFINITY, -INFINITY}) {
                for (int at : new int[] {0, channels / 2, channels - 1}) {
                    float[] row = noise(random, channels, 1, 0);
                    row[at] = stranger;
                    float[] expected = run(oracle, false, row, row, row);
                    float[] actual = run(norm, false, row, row, row);
                    assertFalse(Float.isFinite(actual[at]), "channel " + at + " of " + channels + ": " + actual[at]);
                    for (int c = 0; c < channels; c++) {
                        assertEquals(Float.isNaN(expected[c]), Float.isNaN(actual[c]), "channel " + c);
                    }
                }
            }
        }
    }

    /** Two passes in floats, as PyTorch has them, are off by 0.05 at 1e6. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("norms")
    void aNormFarFromZeroIsNoWorseThanFloatsAllow(ChannelNorm norm, ChannelNorm oracle) {
        Random random = new Random(3);
        for (int channels : CHANNELS) {
            for (float offset : OFFSETS) {
                float[] row = noise(random, channels, 1, offset);
                float[] exact = run(oracle, false, row, row, row);
                float[] actual = run(norm, false, row, row, row);
                // A mean that is off by half its last bit moves all channels by so many deviations: 0.05 at 1e6.
                assertRow(channels + " channels at " + offset, exact, actual, 4e-6);
            }
            float[] constant = new float[channels];
            Arrays.fill(constant, 1234567f);
            assertRow(
                    "constant",
                    run(oracle, false, constant, constant, constant),
                    run(norm, false, constant, constant, constant),
                    2e-6);
        }
    }

    private static void assertRow(String what, float[] expected, float[] actual, double error) {
        for (int i = 0; i < expected.length; i++) {
            double allowed = error * Math.max(1, Math.abs(expected[i]));
            assertEquals(expected[i], actual[i], allowed, what + ", element " + i);
        }
    }

    static Stream<Arguments> gradients() {
        return Samples.named(Implementations.layerNormGradients(), LayerNormGradient::name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void theNormsGradientOfLargeOrFarRowsIsRight(LayerNormGradient gradient) {
        Random random = new Random(4);
        for (int channels : CHANNELS) {
            float[] weight = noise(random, channels, 1, 0);
            float[] grad = noise(random, 2 * channels, 1, 0);
            for (float scale : SCALES) {
                float[] rows = noise(random, 2 * channels, scale, 0);
                compare(scale + "", channels, weight, rows, grad, gradient);
            }
            for (float offset : OFFSETS) {
                compare("at " + offset, channels, weight, noise(random, 2 * channels, 1, offset), grad, gradient);
            }
        }
    }

    private static void compare(
            String what, int channels, float[] weight, float[] rows, float[] grad, LayerNormGradient gradient) {
        float[][] expected = backward(new ScalarLayerNormGradient(), channels, weight, rows, grad);
        float[][] actual = backward(gradient, channels, weight, rows, grad);
        for (int i = 0; i < 2; i++) {
            double largest = 0;
            for (float value : expected[i]) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int c = 0; c < expected[i].length; c++) {
                assertEquals(expected[i][c], actual[i][c], 5e-6 * largest + 1e-44, what + ", " + channels + ", " + c);
            }
        }
    }

    private static float[][] backward(
            LayerNormGradient gradient, int channels, float[] weight, float[] rows, float[] grad) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, rows, 2, channels);
            Tensor g = Tensor.of(arena, grad, 2, channels);
            Tensor w = Tensor.of(arena, weight, channels);
            Tensor parts = Tensor.allocate(arena, 2, channels);
            gradient.backward(
                    0,
                    2,
                    channels,
                    EPSILON,
                    w.data(),
                    0,
                    x.data(),
                    0,
                    channels,
                    g.data(),
                    0,
                    channels,
                    g.data(),
                    0,
                    channels,
                    parts.data(),
                    0);
            return new float[][] {g.toArray(), parts.toArray()};
        }
    }

    static Stream<Arguments> gelus() {
        return Samples.named(Implementations.gelus(), Gelu::name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gelus")
    void geluGivesNoOtherNumber(Gelu gelu) {
        assertPoints(gelu, new ScalarGelu());
    }

    static Stream<Arguments> gates() {
        return Stream.of(ActivationKind.GELU_TANH, ActivationKind.SILU)
                .flatMap(kind -> Implementations.sigmoidGates(kind).stream()
                        .map(gate -> Arguments.of(Named.of(gate.name() + " " + kind, gate), kind)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gates")
    void gatesGiveNoOtherNumber(Activation gate, ActivationKind kind) {
        assertPoints(gate, new ScalarSigmoidGate(kind));
    }

    private static void assertPoints(Activation activation, Activation oracle) {
        float[] expected = points(oracle);
        float[] actual = points(activation);
        for (int i = 0; i < POINTS.length; i++) {
            String what = "at " + POINTS[i] + ": " + actual[i] + ", not " + expected[i];
            if (Float.isNaN(expected[i])) {
                assertFalse(Float.isFinite(actual[i]), what);
            } else if (Float.isFinite(actual[i])) {
                assertEquals(expected[i], actual[i], 1e-6 * Math.max(1, Math.abs(expected[i])), what);
            } else {
                assertTrue(Math.abs(POINTS[i]) > MAX / 2, what);
            }
        }
    }

    private static float[] points(Activation activation) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, POINTS, POINTS.length);
            activation.forward(1, POINTS.length, x.data(), 0, 0, x.data(), 0, 0);
            return x.toArray();
        }
    }

    static Stream<Arguments> geluGradients() {
        return Samples.named(Implementations.geluGradients(), GeluGradient::name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("geluGradients")
    void gelusGradientGivesNoOtherNumber(GeluGradient gradient) {
        float[][] expected = both(new ScalarGeluGradient());
        float[][] actual = both(gradient);
        for (int which = 0; which < 2; which++) {
            for (int i = 0; i < POINTS.length; i++) {
                String what = "at " + POINTS[i] + ": " + actual[which][i] + ", not " + expected[which][i];
                if (Float.isFinite(actual[which][i])) {
                    double allowed = 1e-6 * Math.max(1, Math.abs(expected[which][i]));
                    assertEquals(expected[which][i], actual[which][i], allowed, what);
                } else {
                    assertTrue(Float.isNaN(expected[which][i]) || Math.abs(POINTS[i]) > MAX / 2, what);
                }
            }
        }
    }

    private static float[][] both(GeluGradient gradient) {
        int n = POINTS.length;
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, POINTS, n);
            Tensor y = Tensor.allocate(arena, n);
            float[] ones = new float[n];
            Arrays.fill(ones, 1);
            Tensor g = Tensor.of(arena, ones, n);
            gradient.forwardAndBackward(1, n, x.data(), 0, 0, y.data(), 0, 0, g.data(), 0, 0, g.data(), 0, 0);
            return new float[][] {y.toArray(), g.toArray()};
        }
    }

    static Stream<Arguments> batchNorms() {
        return Samples.named(Implementations.batchNorms(), BatchNorm::name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batchNorms")
    void aBatchWhoseVarianceOverflowsHasNoResult(BatchNorm norm) {
        int channels = 3;
        int rows = 4;
        float[] in = noise(new Random(5), rows * channels, 1e25f, 0);
        float[] ones = {1, 1, 1};
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, in, rows, channels);
            Tensor parts = Tensor.allocate(arena, 2, channels);
            Tensor mean = Tensor.allocate(arena, channels);
            Tensor variance = Tensor.allocate(arena, channels);
            Tensor weight = Tensor.of(arena, ones, channels);
            Tensor scale = Tensor.allocate(arena, channels);
            Tensor shift = Tensor.allocate(arena, channels);
            norm.partStatistics(0, rows, channels, x.data(), 0, channels, parts.data(), 0);
            BatchStatistics.combine(rows, channels, 0, channels, parts.data(), 0, mean.data(), variance.data());
            BatchStatistics.affine(
                    channels,
                    1e-5,
                    mean.data(),
                    variance.data(),
                    weight.data(),
                    weight.data(),
                    scale.data(),
                    shift.data());
            norm.affine(
                    rows,
                    channels,
                    scale.data(),
                    0,
                    shift.data(),
                    0,
                    false,
                    x.data(),
                    0,
                    channels,
                    x.data(),
                    0,
                    channels);
            for (float value : x.toArray()) {
                assertFalse(Float.isFinite(value), norm.name() + ": " + value);
            }
        }
    }
}
