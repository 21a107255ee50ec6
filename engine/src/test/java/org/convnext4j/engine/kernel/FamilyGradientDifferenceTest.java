package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.GlobalMaxPoolGradient;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.scalar.ScalarDilatedDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarResponseNormGradient;
import org.convnext4j.engine.scalar.ScalarScaleNormGradient;
import org.convnext4j.engine.scalar.ScalarSigmoidGateGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * As {@link GradientDifferenceTest}, for the operators of ConvNeXt's relatives: the oracles against differences of forward
 * passes that are written here anew, in double. The loss is the sum of gradY times y with a random gradY.
 */
@EachWidth
final class FamilyGradientDifferenceTest {
    private final Random random = new Random(21);

    @ParameterizedTest
    @EnumSource(
            value = NormKind.class,
            names = {"SIMPLE", "RMS"})
    void scaleNorm(NormKind kind) {
        int rows = 5;
        int channels = 7;
        float epsilon = 1e-3f;
        float[] x = normal(rows * channels);
        float[] weight = normal(channels);
        float[] g = normal(rows * channels);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                double mean = 0;
                for (int c = 0; c < channels; c++) {
                    mean += kind == NormKind.SIMPLE ? in[0][row * channels + c] / channels : 0;
                }
                double squares = 0;
                for (int c = 0; c < channels; c++) {
                    squares += Math.pow(in[0][row * channels + c] - mean, 2);
                }
                double divisor = Math.sqrt(squares / (kind == NormKind.SIMPLE ? channels - 1 : channels) + epsilon);
                for (int c = 0; c < channels; c++) {
                    sum += in[0][row * channels + c] / divisor * in[1][c] * g[row * channels + c];
                }
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            Tensor gradX = Tensor.allocate(arena, rows * channels);
            Tensor sums = Tensor.allocate(arena, ChannelNormGradient.parts(rows), 2 * channels);
            MemorySegment in = Tensor.of(arena, x, x.length).data();
            MemorySegment w = Tensor.of(arena, weight, channels).data();
            MemorySegment gradY = Tensor.of(arena, g, g.length).data();
            int c = channels;
            new ScalarScaleNormGradient(kind)
                    .backward(0, rows, c, epsilon, w, 0, in, 0, c, gradY, 0, c, gradX.data(), 0, c, sums.data(), 0);
            Differences.check(loss, new float[][] {x, weight}, gradX, part(arena, sums, 0, channels));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ActivationKind.class,
            names = {"GELU_TANH", "SILU"})
    void sigmoidGate(ActivationKind kind) {
        DoubleUnaryOperator function = kind == ActivationKind.SILU
                ? v -> v / (1 + Math.exp(-v))
                : v -> v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))) / 2;
        float[] x = new float[61];
        for (int i = 0; i < x.length; i++) {
            x[i] = -3 + i / 10f;
        }
        float[] g = normal(x.length);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int i = 0; i < in[0].length; i++) {
                sum += g[i] * function.applyAsDouble(in[0][i]);
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            int n = x.length;
            Tensor gradX = Tensor.allocate(arena, n);
            MemorySegment in = Tensor.of(arena, x, n).data();
            MemorySegment gradY = Tensor.of(arena, g, n).data();
            new ScalarSigmoidGateGradient(kind).backward(1, n, in, 0, n, gradY, 0, n, gradX.data(), 0, n);
            Differences.check(loss, new float[][] {x}, gradX);
        }
    }

    @Test
    void responseNorm() {
        int pixels = 9;
        int channels = 5;
        float[] x = normal(pixels * channels);
        float[] gamma = normal(channels);
        float[] beta = normal(channels);
        float[] g = normal(pixels * channels);
        float epsilon = 1e-2f;
        ToDoubleFunction<double[][]> loss = in -> {
            double[] responses = new double[channels];
            double mean = 0;
            for (int c = 0; c < channels; c++) {
                double squares = 0;
                for (int p = 0; p < pixels; p++) {
                    squares += Math.pow(in[0][p * channels + c], 2);
                }
                responses[c] = Math.sqrt(squares);
                mean += responses[c] / channels;
            }
            double sum = 0;
            for (int i = 0; i < pixels * channels; i++) {
                int c = i % channels;
                double y = in[0][i] + in[1][c] * in[0][i] * responses[c] / (mean + epsilon) + in[2][c];
                sum += y * g[i];
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            Tensor gradX = Tensor.allocate(arena, pixels * channels);
            Tensor parameters = Tensor.allocate(arena, 2, channels);
            // In two parts, as threads would.
            responseNormGradient(arena, pixels, channels, 4, epsilon, x, gamma, g, gradX, parameters);
            Differences.check(
                    loss,
                    new float[][] {x, gamma, beta},
                    gradX,
                    part(arena, parameters, 0, channels),
                    part(arena, parameters, channels, channels));
        }
    }

    /** As PyTorch's norm: where a channel is zero everywhere, its pixels keep their own gradient, scaled by 1, and no more. */
    @Test
    void responseNormOfZeros() {
        int pixels = 3;
        int channels = 2;
        float[] x = {0, 1, 0, -2, 0, 3};
        float[] g = {1, 2, 3, 4, 5, 6};
        float[] gamma = {0.5f, -0.5f};
        try (Arena arena = Arena.ofConfined()) {
            Tensor gradX = Tensor.allocate(arena, pixels * channels);
            Tensor parameters = Tensor.allocate(arena, 2, channels);
            responseNormGradient(arena, pixels, channels, 3, 1e-6f, x, gamma, g, gradX, parameters);
            float[] out = gradX.toArray();
            assertEquals(1f, out[0]);
            assertEquals(3f, out[2]);
            assertEquals(5f, out[4]);
            assertEquals(0f, parameters.get(0));
            assertEquals(9f, parameters.get(2));
            float[] zeros = new float[pixels * channels];
            responseNormGradient(arena, pixels, channels, 3, 1e-6f, zeros, gamma, g, gradX, parameters);
            assertArrayEquals(g, gradX.toArray());
            assertArrayEquals(new float[] {0, 0, 9, 12}, parameters.toArray());
        }
    }

    private static void responseNormGradient(
            Arena arena,
            int pixels,
            int channels,
            int split,
            float epsilon,
            float[] x,
            float[] gamma,
            float[] g,
            Tensor gradX,
            Tensor parameters) {
        ResponseNormGradient gradient = new ScalarResponseNormGradient();
        MemorySegment in = Tensor.of(arena, x, x.length).data();
        MemorySegment gradY = Tensor.of(arena, g, g.length).data();
        MemorySegment sums = Tensor.allocate(arena, 2 * 3 * channels).data();
        MemorySegment factors = Tensor.allocate(arena, 2 * channels).data();
        MemorySegment weights = Tensor.of(arena, gamma, channels).data();
        long second = (long) split * channels * Float.BYTES;
        int c = channels;
        gradient.partSums(split, c, in, 0, c, gradY, 0, c, sums, 0);
        gradient.partSums(pixels - split, c, in, second, c, gradY, second, c, sums, 3L * c * Float.BYTES);
        gradient.coefficients(2, c, epsilon, sums, 0, weights, 0, factors, 0, parameters.data(), 0);
        gradient.inputGradient(pixels, c, factors, 0, in, 0, c, gradY, 0, c, gradX.data(), 0, c);
    }

    @ParameterizedTest
    @CsvSource({"7, 1", "3, 2", "5, 3", "1, 1"})
    void dilatedDepthwiseConv(int kernel, int dilation) {
        int images = 2;
        int height = 5;
        int width = 9;
        int channels = 2;
        int taps = kernel * kernel;
        int map = height * width * channels;
        float[] x = normal(images * map);
        float[] weight = normal(channels * taps);
        float[] bias = normal(channels);
        float[] g = normal(images * map);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int i = 0; i < images * map; i++) {
                int c = i % channels;
                int column = i / channels % width;
                int row = i / channels / width % height;
                double y = in[2][c];
                for (int tap = 0; tap < taps; tap++) {
                    int r = row + (tap / kernel - kernel / 2) * dilation;
                    int q = column + (tap % kernel - kernel / 2) * dilation;
                    if (r >= 0 && r < height && q >= 0 && q < width) {
                        y += in[0][i / map * map + (r * width + q) * channels + c] * in[1][c * taps + tap];
                    }
                }
                sum += y * g[i];
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            DilatedDepthwiseConvGradient gradient = new ScalarDilatedDepthwiseConvGradient();
            MemorySegment gradY = Tensor.of(arena, g, g.length).data();
            Tensor gradX = Tensor.allocate(arena, images * map);
            Tensor gradWeight = Tensor.allocate(arena, channels * taps);
            Tensor gradBias = Tensor.allocate(arena, channels);
            DepthwiseConv.Filters turned =
                    gradient.packInput(arena, dilation, Tensor.of(arena, weight, channels, 1, kernel, kernel));
            for (int n = 0; n < images; n++) {
                long offset = (long) n * map * Float.BYTES;
                turned.forward(gradY, offset, height, width, 0, height, gradX.data(), offset);
            }
            gradient.weightGradient(
                    kernel,
                    dilation,
                    images,
                    height,
                    width,
                    channels,
                    0,
                    channels,
                    Tensor.of(arena, x, x.length).data(),
                    0,
                    gradY,
                    0,
                    false,
                    gradWeight.data(),
                    0,
                    gradBias.data(),
                    0,
                    gradY,
                    0);
            Differences.check(loss, new float[][] {x, weight, bias}, gradX, gradWeight, gradBias);
        }
    }

    @Test
    void globalMaxPools() {
        int pixels = 6;
        int channels = 5;
        float[] x = normal(pixels * channels);
        float[] g = normal(channels);
        for (boolean mean : new boolean[] {false, true}) {
            ToDoubleFunction<double[][]> loss = in -> {
                double sum = 0;
                for (int c = 0; c < channels; c++) {
                    double maximum = Double.NEGATIVE_INFINITY;
                    double average = 0;
                    for (int p = 0; p < pixels; p++) {
                        maximum = Math.max(maximum, in[0][p * channels + c]);
                        average += in[0][p * channels + c] / pixels;
                    }
                    sum += g[c] * (mean ? (average + maximum) / 2 : maximum);
                }
                return sum;
            };
            try (Arena arena = Arena.ofConfined()) {
                Differences.check(loss, new float[][] {x}, pooled(arena, mean, pixels, channels, x, g));
            }
        }
    }

    /** PyTorch's adaptive_max_pool2d: the first of equals, and the last NaN. */
    @Test
    void theFirstMaximalPixelTakesTheGradient() {
        float[] x = {1, Float.NaN, -0f, 3, 5, 0f, 3, Float.NaN, 0f, 2, 9, -1};
        float[] g = {10, 20, 30};
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(
                    new float[] {0, 0, 30, 10, 0, 0, 0, 20, 0, 0, 0, 0},
                    pooled(arena, false, 4, 3, x, g).toArray());
            assertArrayEquals(
                    new float[] {1.25f, 2.5f, 18.75f, 6.25f, 2.5f, 3.75f, 1.25f, 12.5f, 3.75f, 1.25f, 2.5f, 3.75f},
                    pooled(arena, true, 4, 3, x, g).toArray());
        }
    }

    private Tensor pooled(Arena arena, boolean mean, int pixels, int channels, float[] x, float[] g) {
        Guarded gradX = Guarded.dense(arena, random, pixels, channels);
        MemorySegment in = Tensor.of(arena, x, x.length).data();
        MemorySegment gradY = Tensor.of(arena, g, channels).data();
        if (mean) {
            GlobalMaxPoolGradient.meanAndMaxBackward(pixels, channels, in, 0, gradY, 0, gradX.segment(), gradX.bytes());
        } else {
            GlobalMaxPoolGradient.backward(pixels, channels, in, 0, gradY, 0, gradX.segment(), gradX.bytes());
        }
        gradX.assertGuards("pool");
        return Tensor.of(arena, gradX.values(), x.length);
    }

    private float[] normal(int count) {
        return Samples.of(Samples.Kind.NORMAL, random, count);
    }

    private static Tensor part(Arena arena, Tensor tensor, int begin, int count) {
        float[] values = new float[count];
        MemorySegment.copy(tensor.data(), Tensor.FLOAT, (long) begin * Float.BYTES, values, 0, count);
        return Tensor.of(arena, values, count);
    }
}
