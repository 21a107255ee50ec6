package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.BatchNormCoefficients;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;
import org.convnext4j.engine.scalar.ScalarBatchNorm;
import org.convnext4j.engine.scalar.ScalarBatchNormGradient;
import org.convnext4j.engine.scalar.ScalarColumnSums;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of batch normalisation against the formulas in double, and these against differences. */
@EachWidth
final class BatchNormGradientTest {
    private static final int PART = BatchNorm.PART_ROWS;

    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.batchNormGradients(), BatchNormGradient::name, 110);
    }

    static Stream<Arguments> named() {
        return Samples.named(Implementations.batchNormGradients(), BatchNormGradient::name);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void sumsAgreeWithThePlainOnesInParts(BatchNormGradient gradient, int seed) {
        Random random = new Random(seed);
        int rows = BatchNormTest.ROWS[seed % BatchNormTest.ROWS.length];
        int channels = Samples.any(random, Samples.CHANNELS);
        int parts = BatchNorm.parts(rows);
        String what = gradient.name() + ", seed " + seed + ", " + rows + "x" + channels;
        Samples.Kind kind = Samples.anyKind(random);
        float[] in = Samples.of(kind, random, rows * channels);
        float[] grad = Samples.of(Samples.Kind.NORMAL, random, rows * channels);
        float[] means = Samples.of(kind, random, channels);
        float[] expected = new float[parts * 2 * channels];
        double[] bounds = new double[expected.length];
        for (int part = 0; part < parts; part++) {
            int count = Math.min(PART, rows - part * PART);
            for (int c = 0; c < channels; c++) {
                double products = 0;
                double sum = 0;
                double magnitude = 0;
                double gradMagnitude = 0;
                for (int row = part * PART; row < part * PART + count; row++) {
                    double g = grad[row * channels + c];
                    double product = g * ((double) in[row * channels + c] - means[c]);
                    products += product;
                    sum += g;
                    magnitude += Math.abs(product);
                    gradMagnitude += Math.abs(g);
                }
                int at = part * 2 * channels + c;
                expected[at] = (float) products;
                bounds[at] = magnitude * (Bounds.sum(count) + Bounds.U);
                expected[at + channels] = (float) sum;
                bounds[at + channels] = gradMagnitude * Bounds.sum(count);
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, rows, channels).fill(in);
            Guarded gradY = Guarded.strided(arena, random, rows, channels).fill(grad);
            Guarded mean = Guarded.dense(arena, random, 1, channels).fill(means);
            Guarded sums = Guarded.dense(arena, random, parts, 2 * channels);
            Guarded inRanges = sums.sameLayout(arena);
            partSums(gradient, 0, rows, channels, mean, x, gradY, sums);
            sums.assertGuards(what);
            Bounds.assertClose(what, expected, sums.values(), bounds);
            for (int part = 0; part < parts; ) {
                int end = part + 1 + random.nextInt(parts - part);
                partSums(gradient, part * PART, Math.min(rows, end * PART), channels, mean, x, gradY, inRanges);
                part = end;
            }
            Bounds.assertSameBits(what + ", in ranges", sums.values(), inRanges.values());
            Bounds.assertSameBits(what + ", x", in, x.values());
            Bounds.assertSameBits(what + ", gradY", grad, gradY.values());
        }
    }

    private static void partSums(
            BatchNormGradient gradient,
            int begin,
            int end,
            int channels,
            Guarded mean,
            Guarded x,
            Guarded gradY,
            Guarded sums) {
        gradient.partSums(
                begin,
                end,
                channels,
                mean.segment(),
                mean.bytes(),
                x.segment(),
                x.bytes(),
                x.stride(),
                gradY.segment(),
                gradY.bytes(),
                gradY.stride(),
                sums.segment(),
                sums.bytes());
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void inputGradientAgreesWithTheFormulaAtAnyLayoutAndInPlace(BatchNormGradient gradient, int seed) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(9);
        int channels = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        String what = gradient.name() + ", seed " + seed + ", " + rows + "x" + channels;
        Samples.Kind kind = Samples.anyKind(random);
        float[] in = Samples.of(kind, random, rows * channels);
        float[] grad = Samples.of(Samples.Kind.NORMAL, random, rows * channels);
        float[] factors = Samples.of(kind, random, 4 * channels);
        float[] expected = new float[in.length];
        double[] bounds = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int channel = i % channels;
            double a = (double) factors[channel] * grad[i];
            double b = factors[2 * channels + channel] * ((double) in[i] - factors[channels + channel]);
            double c = factors[3 * channels + channel];
            expected[i] = (float) (a + (b + c));
            bounds[i] = 4 * Bounds.U * (Math.abs(a) + Math.abs(b) + Math.abs(c));
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, rows, channels).fill(in);
            Guarded gradY = Guarded.strided(arena, random, rows, channels).fill(grad);
            Guarded coefficients = Guarded.dense(arena, random, 4, channels).fill(factors);
            Guarded gradX = Guarded.strided(arena, random, rows, channels);
            inputGradient(gradient, rows, channels, coefficients, x, gradY, gradX);
            gradX.assertGuards(what);
            Bounds.assertClose(what, expected, gradX.values(), bounds);
            inputGradient(gradient, rows, channels, coefficients, x, gradY, gradY);
            gradY.assertGuards(what + ", over gradY");
            Bounds.assertSameBits(what + ", over gradY", gradX.values(), gradY.values());
            gradY.fill(grad);
            inputGradient(gradient, rows, channels, coefficients, x, gradY, x);
            Bounds.assertSameBits(what + ", over x", gradX.values(), x.values());
        }
    }

    private static void inputGradient(
            BatchNormGradient gradient,
            int rows,
            int channels,
            Guarded coefficients,
            Guarded x,
            Guarded gradY,
            Guarded gradX) {
        gradient.inputGradient(
                rows,
                channels,
                coefficients.segment(),
                coefficients.bytes(),
                x.segment(),
                x.bytes(),
                x.stride(),
                gradY.segment(),
                gradY.bytes(),
                gradY.stride(),
                gradX.segment(),
                gradX.bytes(),
                gradX.stride());
    }

    /** From statistics to gradients, as a training step calls it: two parts, the second with one row. */
    @Test
    void theOraclesGradientsAreThoseOfTheLoss() {
        Random random = new Random(11);
        int rows = PART + 1;
        int channels = 3;
        double epsilon = 1e-3;
        float[] in = Samples.of(Samples.Kind.NORMAL, random, rows * channels);
        float[] weights = Samples.of(Samples.Kind.NORMAL, random, channels);
        float[] biases = Samples.of(Samples.Kind.NORMAL, random, channels);
        float[] grad = Samples.of(Samples.Kind.NORMAL, random, rows * channels);
        ToDoubleFunction<double[][]> loss = values -> {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                double mean = 0;
                double squares = 0;
                for (int row = 0; row < rows; row++) {
                    mean += values[0][row * channels + c] / rows;
                }
                for (int row = 0; row < rows; row++) {
                    squares += Math.pow(values[0][row * channels + c] - mean, 2) / rows;
                }
                for (int row = 0; row < rows; row++) {
                    double normal = (values[0][row * channels + c] - mean) / Math.sqrt(squares + epsilon);
                    sum += (normal * values[1][c] + values[2][c]) * grad[row * channels + c];
                }
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = Tensor.of(arena, in, in.length).data();
            MemorySegment gradY = Tensor.of(arena, grad, grad.length).data();
            MemorySegment weight = Tensor.of(arena, weights, channels).data();
            MemorySegment parts = Tensor.allocate(arena, 2, 2, channels).data();
            MemorySegment mean = Tensor.allocate(arena, channels).data();
            MemorySegment variance = Tensor.allocate(arena, channels).data();
            MemorySegment sums = Tensor.allocate(arena, 2, channels).data();
            MemorySegment coefficients = Tensor.allocate(arena, 4, channels).data();
            Tensor gradX = Tensor.allocate(arena, in.length);
            Tensor gradWeight = Tensor.allocate(arena, channels);
            Tensor gradBias = Tensor.allocate(arena, channels);
            BatchNormGradient gradient = new ScalarBatchNormGradient();
            new ScalarBatchNorm().partStatistics(0, rows, channels, x, 0, channels, parts, 0);
            BatchStatistics.combine(rows, channels, 0, channels, parts, 0, mean, variance);
            gradient.partSums(0, rows, channels, mean, 0, x, 0, channels, gradY, 0, channels, parts, 0);
            int columns = 2 * channels;
            new ScalarColumnSums().sum(BatchNorm.parts(rows), 0, columns, false, parts, 0, columns, sums, 0);
            for (boolean accumulate : new boolean[] {false, true}) {
                BatchNormCoefficients.of(
                        channels,
                        rows,
                        epsilon,
                        mean,
                        variance,
                        weight,
                        sums,
                        accumulate,
                        gradWeight.data(),
                        gradBias.data(),
                        coefficients);
            }
            // Added to themselves, so they are halved again.
            for (int c = 0; c < channels; c++) {
                gradWeight.set(c, gradWeight.get(c) / 2);
                gradBias.set(c, gradBias.get(c) / 2);
            }
            gradient.inputGradient(
                    rows, channels, coefficients, 0, x, 0, channels, gradY, 0, channels, gradX.data(), 0, channels);
            Differences.check(loss, new float[][] {in, weights, biases}, gradX, gradWeight, gradBias);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void rangesBeginWithAPartAndStayWithinTheirSegments(BatchNormGradient gradient) {
        try (Arena arena = Arena.ofConfined()) {
            for (int c : Samples.CHANNELS) {
                MemorySegment x = floats(arena, 5L * c);
                MemorySegment t = floats(arena, 5L * c - 1);
                MemorySegment v = floats(arena, c);
                MemorySegment shortV = floats(arena, c - 1L);
                MemorySegment parts = floats(arena, 2L * c);
                MemorySegment shortParts = floats(arena, 2L * c - 1);
                MemorySegment f = floats(arena, 4L * c);
                MemorySegment shortF = floats(arena, 4L * c - 1);
                assertThrows(
                        IllegalArgumentException.class,
                        () -> gradient.partSums(1, 2, c, v, 0, x, 0, c, x, 0, c, parts, 0));
                throwsOutOfBounds(() -> gradient.partSums(0, 5, c, shortV, 0, x, 0, c, x, 0, c, parts, 0));
                throwsOutOfBounds(() -> gradient.partSums(0, 5, c, v, 0, t, 0, c, x, 0, c, parts, 0));
                throwsOutOfBounds(() -> gradient.partSums(0, 5, c, v, 0, x, 0, c, t, 0, c, parts, 0));
                throwsOutOfBounds(() -> gradient.partSums(0, 5, c, v, 0, x, 0, c, x, 0, c, shortParts, 0));
                throwsOutOfBounds(() -> gradient.inputGradient(5, c, shortF, 0, x, 0, c, x, 0, c, x, 0, c));
                throwsOutOfBounds(() -> gradient.inputGradient(5, c, f, 0, t, 0, c, x, 0, c, x, 0, c));
                throwsOutOfBounds(() -> gradient.inputGradient(5, c, f, 0, x, 0, c, t, 0, c, x, 0, c));
                throwsOutOfBounds(() -> gradient.inputGradient(5, c, f, 0, x, 0, c, x, 0, c, t, 0, c));
            }
        }
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}
