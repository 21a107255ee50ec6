package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.GlobalAveragePoolGradient;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.scalar.ScalarColumnSums;
import org.convnext4j.engine.scalar.ScalarDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.scalar.ScalarLayerNormGradient;
import org.convnext4j.engine.scalar.ScalarMatrixProduct;
import org.convnext4j.engine.scalar.ScalarPatchConvGradient;
import org.convnext4j.engine.scalar.ScalarRowOperations;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/**
 * The oracles against differences of forward passes that are written here anew, in double. The loss is the sum of
 * gradY times y with a random gradY.
 */
final class GradientDifferenceTest {
    private final Random random = new Random(20);

    @Test
    void depthwiseConv() {
        int images = 2;
        int height = 4;
        int width = 9;
        int channels = 2;
        int taps = 49;
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
                    int r = row + tap / 7 - 3;
                    int q = column + tap % 7 - 3;
                    if (r >= 0 && r < height && q >= 0 && q < width) {
                        y += in[0][i / map * map + (r * width + q) * channels + c] * in[1][c * taps + tap];
                    }
                }
                sum += y * g[i];
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            ScalarDepthwiseConvGradient gradient = new ScalarDepthwiseConvGradient();
            MemorySegment gradY = Tensor.of(arena, g, g.length).data();
            Tensor gradX = Tensor.allocate(arena, images * map);
            Tensor gradWeight = Tensor.allocate(arena, channels * taps);
            Tensor gradBias = Tensor.allocate(arena, channels);
            DepthwiseConv.Filters turned = gradient.packInput(arena, Tensor.of(arena, weight, channels, 1, 7, 7));
            for (int n = 0; n < images; n++) {
                long offset = (long) n * map * Float.BYTES;
                turned.forward(gradY, offset, height, width, 0, height, gradX.data(), offset);
            }
            gradient.weightGradient(
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
    void layerNorm() {
        int rows = 5;
        int channels = 7;
        double epsilon = 1e-3;
        float[] x = normal(rows * channels);
        float[] weight = normal(channels);
        float[] bias = normal(channels);
        float[] g = normal(rows * channels);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                double mean = 0;
                double squares = 0;
                for (int c = 0; c < channels; c++) {
                    mean += in[0][row * channels + c] / channels;
                }
                for (int c = 0; c < channels; c++) {
                    squares += Math.pow(in[0][row * channels + c] - mean, 2) / channels;
                }
                for (int c = 0; c < channels; c++) {
                    double normal = (in[0][row * channels + c] - mean) / Math.sqrt(squares + (float) epsilon);
                    sum += (normal * in[1][c] + in[2][c]) * g[row * channels + c];
                }
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            Tensor gradX = Tensor.allocate(arena, rows * channels);
            Tensor sums = Tensor.allocate(arena, ChannelNormGradient.parts(rows), 2 * channels);
            new ScalarLayerNormGradient()
                    .backward(
                            0,
                            rows,
                            channels,
                            (float) epsilon,
                            Tensor.of(arena, weight, channels).data(),
                            0,
                            Tensor.of(arena, x, x.length).data(),
                            0,
                            channels,
                            Tensor.of(arena, g, g.length).data(),
                            0,
                            channels,
                            gradX.data(),
                            0,
                            channels,
                            sums.data(),
                            0);
            long half = (long) channels * Float.BYTES;
            Differences.check(
                    loss,
                    new float[][] {x, weight, bias},
                    gradX,
                    Tensor.of(arena, floats(sums, 0, channels), channels),
                    Tensor.of(arena, floats(sums, half, channels), channels));
        }
    }

    @Test
    void gelu() {
        float[] x = new float[61];
        for (int i = 0; i < x.length; i++) {
            x[i] = -3 + i / 10f;
        }
        float[] g = normal(x.length);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int i = 0; i < in[0].length; i++) {
                sum += g[i] * in[0][i] * (0.5 + halfErf(in[0][i]));
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            int n = x.length;
            Tensor gradX = Tensor.allocate(arena, n);
            MemorySegment in = Tensor.of(arena, x, n).data();
            MemorySegment gradY = Tensor.of(arena, g, n).data();
            new ScalarGeluGradient().backward(1, n, in, 0, n, gradY, 0, n, gradX.data(), 0, n);
            Differences.check(loss, new float[][] {x}, gradX);
        }
    }

    @Test
    void patchConv() {
        int height = 7;
        int width = 5;
        int channels = 3;
        int patch = 2;
        int outputs = 4;
        int columns = width / patch;
        int pixels = height / patch * columns;
        int inputs = patch * patch * channels;
        float[] x = normal(height * width * channels);
        float[] weight = normal(outputs * inputs);
        float[] g = normal(pixels * outputs);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int i = 0; i < pixels * outputs; i++) {
                int top = i / outputs / columns * patch;
                int left = i / outputs % columns * patch;
                for (int k = 0; k < inputs; k++) {
                    int tap = k % (patch * patch);
                    int pixel = (top + tap / patch) * width + left + tap % patch;
                    sum += g[i] * in[0][pixel * channels + k / (patch * patch)] * in[1][i % outputs * inputs + k];
                }
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            PatchConvGradient gradient = new ScalarPatchConvGradient();
            MemorySegment gradY = Tensor.of(arena, g, g.length).data();
            Tensor gradX = Tensor.allocate(arena, x.length);
            Tensor gradWeight = Tensor.allocate(arena, weight.length);
            MemorySegment patches = Tensor.allocate(arena, pixels, inputs).data();
            MemorySegment in = Tensor.of(arena, x, x.length).data();
            int rows = height / patch;
            Patches.gather(patch, channels, in, 0, width, 0, rows, patches, 0);
            gradient.pack(arena, Tensor.of(arena, weight, outputs, channels, patch, patch))
                    .inputGradient(gradY, 0, height, width, 0, rows, gradX.data(), 0, gradY, 0);
            gradient.weightGradient(
                    pixels,
                    channels,
                    patch,
                    outputs,
                    0,
                    outputs,
                    patches,
                    0,
                    gradY,
                    0,
                    false,
                    gradWeight.data(),
                    0,
                    gradY,
                    0);
            Differences.check(loss, new float[][] {x, weight}, gradX, gradWeight);
        }
    }

    /** {@code out = gamma (W h + b)} as {@link org.convnext4j.engine.kernel.gradient.RowOperations} has it. */
    @Test
    void layerScaleOverAPointwiseConvolution() {
        int rows = 6;
        int k = 5;
        int n = 3;
        float[] h = normal(rows * k);
        float[] weight = normal(n * k);
        float[] bias = normal(n);
        float[] gamma = normal(n);
        float[] g = normal(rows * n);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int i = 0; i < rows * n; i++) {
                double y = in[2][i % n];
                for (int p = 0; p < k; p++) {
                    y += in[0][i / n * k + p] * in[1][i % n * k + p];
                }
                sum += g[i] * in[3][i % n] * y;
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            ScalarMatrixProduct product = new ScalarMatrixProduct();
            ScalarRowOperations operations = new ScalarRowOperations();
            MemorySegment gradOut = Tensor.of(arena, g, g.length).data();
            MemorySegment w = Tensor.of(arena, weight, weight.length).data();
            MemorySegment b = Tensor.of(arena, bias, n).data();
            MemorySegment scale = Tensor.of(arena, gamma, n).data();
            MemorySegment scaled = Tensor.allocate(arena, n * k).data();
            MemorySegment outer = Tensor.allocate(arena, n * k).data();
            MemorySegment sums = Tensor.allocate(arena, n).data();
            MemorySegment hs = Tensor.of(arena, h, h.length).data();
            Tensor gradH = Tensor.allocate(arena, rows * k);
            Tensor gradWeight = Tensor.allocate(arena, n * k);
            Tensor gradBias = Tensor.allocate(arena, n);
            Tensor gradGamma = Tensor.allocate(arena, n);
            operations.scaleRows(n, k, scale, 0, w, 0, k, false, scaled, 0, k);
            product.multiply(rows, k, n, gradOut, 0, n, false, scaled, 0, k, false, false, gradH.data(), 0, k, w, 0);
            product.multiply(n, k, rows, gradOut, 0, n, true, hs, 0, k, false, false, outer, 0, k, w, 0);
            new ScalarColumnSums().sum(rows, 0, n, false, gradOut, 0, n, sums, 0);
            operations.scaleRows(n, k, scale, 0, outer, 0, k, false, gradWeight.data(), 0, k);
            operations.scaleRows(n, 1, scale, 0, sums, 0, 1, false, gradBias.data(), 0, 1);
            operations.dots(n, k, w, 0, k, outer, 0, k, false, gradGamma.data(), 0);
            operations.dots(n, 1, b, 0, 1, sums, 0, 1, true, gradGamma.data(), 0);
            Differences.check(loss, new float[][] {h, weight, bias, gamma}, gradH, gradWeight, gradBias, gradGamma);
        }
    }

    @Test
    void globalAveragePool() {
        int pixels = 6;
        int channels = 5;
        float[] x = normal(pixels * channels);
        float[] g = normal(channels);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int i = 0; i < pixels * channels; i++) {
                sum += in[0][i] / pixels * g[i % channels];
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            Guarded gradX = Guarded.dense(arena, random, pixels, channels);
            MemorySegment gradY = Tensor.of(arena, g, channels).data();
            GlobalAveragePoolGradient.backward(pixels, channels, gradY, 0, gradX.segment(), gradX.bytes());
            gradX.assertGuards("pool");
            Differences.check(loss, new float[][] {x}, Tensor.of(arena, gradX.values(), x.length));
        }
    }

    @Test
    void crossEntropyOfTargetsThatDoNotSumTo1() {
        int rows = 3;
        int classes = 6;
        float[] logits = normal(rows * classes);
        float[] targets = new float[rows * classes];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = random.nextFloat();
        }
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            for (int i = 0; i < rows * classes; i++) {
                double normalizer = 0;
                for (int k = 0; k < classes; k++) {
                    normalizer += Math.exp(in[0][i / classes * classes + k]);
                }
                sum -= targets[i] * (in[0][i] - Math.log(normalizer));
            }
            return sum / rows;
        };
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = Tensor.of(arena, logits, logits.length).data();
            MemorySegment t = Tensor.of(arena, targets, targets.length).data();
            Tensor gradX = Tensor.allocate(arena, logits.length);
            double[] losses = new double[rows];
            SoftmaxCrossEntropy.targets(
                    rows, classes, 1.0 / rows, x, 0, classes, t, 0, classes, losses, 0, gradX.data(), 0, classes);
            Differences.check(loss, new float[][] {logits}, gradX);
            assertEquals(
                    loss.applyAsDouble(new double[][] {Differences.doubles(logits)}),
                    (losses[0] + losses[1] + losses[2]) / rows,
                    1e-12);
        }
    }

    /** {@code erf(x / sqrt 2) / 2} by its Taylor series, which is good to 13 digits up to 3. */
    private static double halfErf(double x) {
        double term = x;
        double sum = 0;
        for (int n = 0; n < 80; n++) {
            sum += term / (2 * n + 1);
            term *= -x * x / (2 * (n + 1));
        }
        return sum / Math.sqrt(2 * Math.PI);
    }

    private float[] normal(int count) {
        return Samples.of(Samples.Kind.NORMAL, random, count);
    }

    private static float[] floats(Tensor tensor, long offset, int count) {
        float[] values = new float[count];
        MemorySegment.copy(tensor.data(), Tensor.FLOAT, offset, values, 0, count);
        return values;
    }
}
