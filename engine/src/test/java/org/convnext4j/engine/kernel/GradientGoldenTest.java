package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.scalar.ScalarColumnSums;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of every implementation against what PyTorch computed. */
@EachWidth
final class GradientGoldenTest {
    /** Allowed error relative to the tensor's largest value: 84 roundings of it. */
    private static final double RELATIVE = 5e-6;

    /** The epsilon that the LayerNorm goldens were made with. */
    private static final float EPSILON = 1e-6f;

    static Stream<Arguments> products() {
        return Goldens.cross("linear", 5, Implementations.matrixProducts(), MatrixProduct::name);
    }

    static Stream<Arguments> depthwiseConvs() {
        return Goldens.cross("dwconv7x7", 5, Implementations.depthwiseConvGradients(), DepthwiseConvGradient::name);
    }

    static Stream<Arguments> layerNorms() {
        return Goldens.cross("layernorm", 5, Implementations.layerNormGradients(), LayerNormGradient::name);
    }

    static Stream<Arguments> gelus() {
        return Goldens.cross("gelu", 6, Implementations.geluGradients(), GeluGradient::name);
    }

    static Stream<Arguments> patchConvs() {
        return Goldens.cross("patchconv", 4, Implementations.patchConvGradients(), PatchConvGradient::name);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("products")
    void linear(MatrixProduct product, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = Goldens.tensor(arena, name + ".x").data();
            MemorySegment weight = Goldens.tensor(arena, name + ".weight").data();
            Tensor gradY = Goldens.tensor(arena, name + ".grad_y");
            Tensor gradX = Goldens.like(arena, name + ".grad_x");
            Tensor gradWeight = Goldens.like(arena, name + ".grad_weight");
            int rows = gradY.dim(0);
            int n = gradY.dim(1);
            int k = gradX.dim(1);
            MemorySegment g = gradY.data();
            MemorySegment scratch =
                    floats(arena, Math.max(product.scratchFloats(rows, k, n), product.scratchFloats(n, k, rows)));
            product.multiply(rows, k, n, g, 0, n, false, weight, 0, k, false, false, gradX.data(), 0, k, scratch, 0);
            product.multiply(n, k, rows, g, 0, n, true, x, 0, k, false, false, gradWeight.data(), 0, k, scratch, 0);
            assertGolden(product.name(), name + ".grad_x", gradX);
            assertGolden(product.name(), name + ".grad_weight", gradWeight);
            assertBias(arena, name, gradY);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("depthwiseConvs")
    void depthwiseConv(DepthwiseConvGradient gradient, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            Tensor gradY = Goldens.tensor(arena, name + ".grad_y");
            Tensor gradX = Goldens.like(arena, name + ".grad_x");
            Tensor gradWeight = Goldens.like(arena, name + ".grad_weight");
            Tensor gradBias = Goldens.like(arena, name + ".grad_bias");
            int height = x.dim(1);
            int width = x.dim(2);
            int channels = x.dim(3);
            DepthwiseConv.Filters turned = gradient.packInput(arena, Goldens.tensor(arena, name + ".weight"));
            for (int picture = 0; picture < x.dim(0); picture++) {
                long offset = picture * (x.data().byteSize() / x.dim(0));
                turned.forward(gradY.data(), offset, height, width, 0, height, gradX.data(), offset);
            }
            gradient.weightGradient(
                    x.dim(0),
                    height,
                    width,
                    channels,
                    0,
                    channels,
                    x.data(),
                    0,
                    gradY.data(),
                    0,
                    false,
                    gradWeight.data(),
                    0,
                    gradBias.data(),
                    0,
                    floats(arena, gradient.scratchFloats(width)),
                    0);
            assertGolden(gradient.name(), name + ".grad_x", gradX);
            assertGolden(gradient.name(), name + ".grad_weight", gradWeight);
            assertGolden(gradient.name(), name + ".grad_bias", gradBias);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("layerNorms")
    void layerNorm(LayerNormGradient gradient, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            MemorySegment weight = Goldens.tensor(arena, name + ".weight").data();
            MemorySegment gradY = Goldens.tensor(arena, name + ".grad_y").data();
            Tensor gradX = Goldens.like(arena, name + ".grad_x");
            Tensor gradWeight = Goldens.like(arena, name + ".grad_weight");
            Tensor gradBias = Goldens.like(arena, name + ".grad_bias");
            int rows = x.dim(0);
            int c = x.dim(1);
            int parts = ChannelNormGradient.parts(rows);
            MemorySegment sums = floats(arena, 2L * parts * c);
            gradient.backward(0, rows, c, EPSILON, weight, 0, x.data(), 0, c, gradY, 0, c, gradX.data(), 0, c, sums, 0);
            ScalarColumnSums columns = new ScalarColumnSums();
            columns.sum(parts, 0, c, false, sums, 0, 2 * c, gradWeight.data(), 0);
            columns.sum(parts, 0, c, false, sums, (long) c * Float.BYTES, 2 * c, gradBias.data(), 0);
            assertGolden(gradient.name(), name + ".grad_x", gradX);
            assertGolden(gradient.name(), name + ".grad_weight", gradWeight);
            assertGolden(gradient.name(), name + ".grad_bias", gradBias);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("gelus")
    void gelu(GeluGradient gradient, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            MemorySegment gradY = Goldens.tensor(arena, name + ".grad_y").data();
            Tensor alone = Goldens.like(arena, name + ".grad_x");
            Tensor y = Goldens.like(arena, name + ".y");
            Tensor gradX = Goldens.like(arena, name + ".grad_x");
            int n = Math.toIntExact(x.elements());
            gradient.backward(1, n, x.data(), 0, n, gradY, 0, n, alone.data(), 0, n);
            gradient.forwardAndBackward(1, n, x.data(), 0, n, y.data(), 0, n, gradY, 0, n, gradX.data(), 0, n);
            assertGolden(gradient.name(), name + ".grad_x", alone);
            assertGolden(gradient.name(), name + ".grad_x", gradX);
            assertGolden(gradient.name(), name + ".y", y);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("patchConvs")
    void patchConv(PatchConvGradient gradient, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            Tensor weight = Goldens.tensor(arena, name + ".weight");
            Tensor gradY = Goldens.tensor(arena, name + ".grad_y");
            Tensor gradX = Goldens.like(arena, name + ".grad_x");
            Tensor gradWeight = Goldens.like(arena, name + ".grad_weight");
            int width = x.dim(2);
            int channels = x.dim(3);
            int patch = weight.dim(2);
            int rows = gradY.dim(1);
            int outputs = gradY.dim(3);
            int pixels = rows * gradY.dim(2);
            int inputs = patch * patch * channels;
            PatchConvGradient.Filters filters = gradient.pack(arena, weight);
            MemorySegment patches = floats(arena, (long) x.dim(0) * pixels * inputs);
            MemorySegment scratch = floats(arena, filters.scratchFloats(width, rows));
            for (int picture = 0; picture < x.dim(0); picture++) {
                long in = picture * (x.data().byteSize() / x.dim(0));
                long out = (long) picture * pixels * outputs * Float.BYTES;
                filters.inputGradient(gradY.data(), out, x.dim(1), width, 0, rows, gradX.data(), in, scratch, 0);
                long to = (long) picture * pixels * inputs * Float.BYTES;
                Patches.gather(patch, channels, x.data(), in, width, 0, rows, patches, to);
            }
            int all = pixels * x.dim(0);
            gradient.weightGradient(
                    all,
                    channels,
                    patch,
                    outputs,
                    0,
                    outputs,
                    patches,
                    0,
                    gradY.data(),
                    0,
                    false,
                    gradWeight.data(),
                    0,
                    floats(arena, gradient.scratchFloats(all, channels, patch, outputs)),
                    0);
            assertGolden(gradient.name(), name + ".grad_x", gradX);
            assertGolden(gradient.name(), name + ".grad_weight", gradWeight);
            assertBias(arena, name, gradY.reshape(all, outputs));
        }
    }

    @Test
    void crossEntropyOfSmoothedLabels() {
        String name = "cross_entropy.smooth0.1";
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            Tensor gradX = Goldens.like(arena, name + ".grad_x");
            float[] named = Goldens.get("cross_entropy.labels").values;
            int[] labels = new int[named.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (int) named[i];
            }
            int rows = x.dim(0);
            int k = x.dim(1);
            double[] losses = new double[rows];
            double scale = Goldens.get(name + ".grad_y").values[0] / rows;
            SoftmaxCrossEntropy.labels(rows, k, 0.1, scale, x.data(), 0, k, labels, 0, losses, 0, gradX.data(), 0, k);
            assertGolden("labels", name + ".grad_x", gradX);
            assertEquals(Goldens.get(name + ".y").values[0], mean(losses), 1e-6);
            double[] evaluated = new double[rows];
            SoftmaxCrossEntropy.evaluate(rows, k, 0.1, x.data(), 0, k, labels, 0, evaluated, 0);
            assertEquals(mean(losses), mean(evaluated), 0);
        }
    }

    @Test
    void crossEntropyOfSoftTargets() {
        String name = "cross_entropy.soft";
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            MemorySegment target = Goldens.tensor(arena, name + ".target").data();
            Tensor gradX = Goldens.like(arena, name + ".grad_x");
            int rows = x.dim(0);
            int k = x.dim(1);
            double[] losses = new double[rows];
            double scale = Goldens.get(name + ".grad_y").values[0] / rows;
            SoftmaxCrossEntropy.targets(rows, k, scale, x.data(), 0, k, target, 0, k, losses, 0, gradX.data(), 0, k);
            assertGolden("targets", name + ".grad_x", gradX);
            assertEquals(Goldens.get(name + ".y").values[0], mean(losses), 1e-6);
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static void assertBias(Arena arena, String name, Tensor gradY) {
        int columns = gradY.dim(1);
        Implementations.columnSums().forEach(sums -> {
            Tensor gradBias = Goldens.like(arena, name + ".grad_bias");
            sums.sum(gradY.dim(0), 0, columns, false, gradY.data(), 0, columns, gradBias.data(), 0);
            assertGolden(sums.name(), name + ".grad_bias", gradBias);
        });
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    private static void assertGolden(String implementation, String name, Tensor actual) {
        Goldens.assertGolden(implementation, name, actual, RELATIVE);
    }
}
