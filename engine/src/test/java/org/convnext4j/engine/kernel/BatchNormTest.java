package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarConv;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every batch normalisation against plain means and variances in double. */
@EachWidth
final class BatchNormTest {
    static final int[] ROWS = {1, 2, 7, 63, 64, 65, 127, 128, 129, 150, 700};
    private static final int PART = BatchNorm.PART_ROWS;

    static Stream<Arguments> norms() {
        return Samples.seeded(Implementations.batchNorms(), BatchNorm::name, 110);
    }

    static Stream<Arguments> named() {
        return Samples.named(Implementations.batchNorms(), BatchNorm::name);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("norms")
    void statisticsAgreeWithThePlainOnesInPartsAndCombined(BatchNorm norm, int seed) {
        Random random = new Random(seed);
        int rows = ROWS[seed % ROWS.length];
        int channels = Samples.any(random, Samples.CHANNELS);
        Samples.Kind kind = Samples.anyKind(random);
        String what = norm.name() + ", seed " + seed + ", " + kind + ", " + rows + "x" + channels;
        float[] values = Samples.of(kind, random, rows * channels);
        int parts = BatchNorm.parts(rows);
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, rows, channels).fill(values);
            Guarded sums = Guarded.dense(arena, random, parts, 2 * channels);
            statistics(norm, 0, rows, channels, x, sums);
            sums.assertGuards(what);
            float[] expected = new float[parts * 2 * channels];
            double[] bounds = new double[expected.length];
            for (int i = 0; i < parts * channels; i++) {
                Column column = new Column(values, channels, i % channels, i / channels * PART, rows);
                int at = i / channels * 2 * channels + i % channels;
                expected[at] = (float) column.mean;
                bounds[at] = column.meanError();
                expected[at + channels] = (float) column.squares;
                bounds[at + channels] = column.squaresError();
            }
            Bounds.assertClose(what, expected, sums.values(), bounds);
            Bounds.assertSameBits(what + ", x", values, x.values());

            Guarded inRanges = sums.sameLayout(arena);
            for (int part = 0; part < parts; ) {
                int end = part + 1 + random.nextInt(parts - part);
                statistics(norm, part * PART, Math.min(rows, end * PART), channels, x, inRanges);
                part = end;
            }
            Bounds.assertSameBits(what + ", in ranges", sums.values(), inRanges.values());
            combined(what, arena, values, rows, channels, sums);
        }
    }

    private static void statistics(BatchNorm norm, int begin, int end, int channels, Guarded x, Guarded sums) {
        norm.partStatistics(begin, end, channels, x.segment(), x.bytes(), x.stride(), sums.segment(), sums.bytes());
    }

    /** The parts' errors, weighted, and what a wrong mean of a part adds to the variance. */
    private static void combined(String what, Arena arena, float[] values, int rows, int channels, Guarded sums) {
        Tensor mean = Tensor.allocate(arena, channels);
        Tensor variance = Tensor.allocate(arena, channels);
        int half = channels / 2;
        BatchStatistics.combine(rows, channels, 0, half, sums.segment(), sums.bytes(), mean.data(), variance.data());
        BatchStatistics.combine(
                rows, channels, half, channels, sums.segment(), sums.bytes(), mean.data(), variance.data());
        float[] means = new float[channels];
        float[] variances = new float[channels];
        double[] meanBounds = new double[channels];
        double[] varianceBounds = new double[channels];
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += values[row * channels + c];
            }
            double whole = sum / rows;
            double squares = 0;
            for (int row = 0; row < rows; row++) {
                squares += Math.pow(values[row * channels + c] - whole, 2);
            }
            means[c] = (float) whole;
            variances[c] = (float) (squares / rows);
            meanBounds[c] = 2 * Bounds.U * Math.abs(whole);
            varianceBounds[c] = 2 * Bounds.U * squares / rows;
            for (int begin = 0; begin < rows; begin += PART) {
                Column part = new Column(values, channels, c, begin, rows);
                double error = part.meanError();
                meanBounds[c] += error * part.rows / rows;
                double cross = part.rows * error * (2 * Math.abs(part.mean - whole) + error);
                varianceBounds[c] += (part.squaresError() + cross) / rows;
            }
        }
        Bounds.assertClose(what + ", mean", means, mean.toArray(), meanBounds);
        Bounds.assertClose(what + ", variance", variances, variance.toArray(), varianceBounds);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("norms")
    void resultsAreScaledAndShiftedAtAnyLayoutAndInPlace(BatchNorm norm, int seed) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(9);
        int channels = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        boolean relu = random.nextBoolean();
        String what = norm.name() + ", seed " + seed + ", " + rows + "x" + channels + (relu ? ", relu" : "");
        float[] in = Samples.of(Samples.anyKind(random), random, rows * channels);
        float[] scales = Samples.of(Samples.Kind.NORMAL, random, channels);
        float[] shifts = Samples.of(Samples.Kind.NORMAL, random, channels);
        float[] expected = new float[in.length];
        double[] bounds = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            double product = (double) in[i] * scales[i % channels];
            double out = product + shifts[i % channels];
            expected[i] = (float) (relu ? Math.max(out, 0) : out);
            bounds[i] = 3 * Bounds.U * (Math.abs(product) + Math.abs(shifts[i % channels]));
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, rows, channels).fill(in);
            Guarded scale = Guarded.dense(arena, random, 1, channels).fill(scales);
            Guarded shift = Guarded.dense(arena, random, 1, channels).fill(shifts);
            Guarded y = Guarded.strided(arena, random, rows, channels);
            affine(norm, rows, channels, scale, shift, relu, x, y);
            y.assertGuards(what);
            Bounds.assertClose(what, expected, y.values(), bounds);
            Bounds.assertSameBits(what + ", x", in, x.values());
            affine(norm, rows, channels, scale, shift, relu, x, x);
            x.assertGuards(what + ", in place");
            Bounds.assertSameBits(what + ", in place", y.values(), x.values());
        }
    }

    private static void affine(
            BatchNorm norm, int rows, int channels, Guarded scale, Guarded shift, boolean relu, Guarded x, Guarded y) {
        norm.affine(
                rows,
                channels,
                scale.segment(),
                scale.bytes(),
                shift.segment(),
                shift.bytes(),
                relu,
                x.segment(),
                x.bytes(),
                x.stride(),
                y.segment(),
                y.bytes(),
                y.stride());
    }

    @Test
    void runningStatisticsMoveAsPyTorchsDo() {
        try (Arena arena = Arena.ofConfined()) {
            // Worked out by hand: of the values 1, 2, 3 and 6 the mean is 3 and the variance 14 / 4, unbiased 14 / 3.
            Tensor x = Tensor.of(arena, new float[] {1, 2, 3, 6}, 4, 1);
            Tensor parts = Tensor.allocate(arena, 1, 2);
            Tensor mean = Tensor.allocate(arena, 1);
            Tensor variance = Tensor.allocate(arena, 1);
            Tensor runningMean = Tensor.of(arena, new float[] {10}, 1);
            Tensor runningVariance = Tensor.of(arena, new float[] {1}, 1);
            Implementations.batchNorms().get(0).partStatistics(0, 4, 1, x.data(), 0, 1, parts.data(), 0);
            BatchStatistics.combine(4, 1, 0, 1, parts.data(), 0, mean.data(), variance.data());
            BatchStatistics.updateRunning(
                    1, 4, 0.1, mean.data(), variance.data(), runningMean.data(), runningVariance.data());
            assertEquals(3f, mean.get(0));
            assertEquals(3.5f, variance.get(0));
            assertEquals(9.3f, runningMean.get(0));
            assertEquals((float) (0.9 + 0.1 * 14 / 3), runningVariance.get(0));

            Tensor scale = Tensor.allocate(arena, 1);
            Tensor shift = Tensor.allocate(arena, 1);
            Tensor weight = Tensor.of(arena, new float[] {4}, 1);
            BatchStatistics.affine(
                    1,
                    0.5,
                    mean.data(),
                    variance.data(),
                    weight.data(),
                    runningMean.data(),
                    scale.data(),
                    shift.data());
            assertEquals(2f, scale.get(0));
            assertEquals(9.3f - 6f, shift.get(0), 1e-6f);
        }
    }

    @Test
    void onePixelOrAMomentumThatIsNoShareIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = Tensor.allocate(arena, 1).data();
            for (double momentum : new double[] {-0.1, 1.1, Double.NaN}) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> BatchStatistics.updateRunning(1, 2, momentum, s, s, s, s));
            }
            assertThrows(IllegalArgumentException.class, () -> BatchStatistics.updateRunning(1, 1, 0.1, s, s, s, s));
        }
    }

    @Test
    void foldedIntoTheConvolutionBeforeItGivesTheSame() {
        Random random = new Random(8);
        ConvShape shape = new ConvShape(6, 9, 3, 2, 1, 3);
        ConvProblem problem = ConvProblem.random(random, shape, 2, 7, 6);
        float[] variances = Samples.abs(Samples.of(Samples.Kind.NORMAL, random, 9));
        try (Arena arena = Arena.ofConfined()) {
            Tensor weight = Tensor.of(arena, problem.weight(), 9, 2, 3, 3);
            Tensor x = Tensor.of(arena, problem.x(), problem.x().length);
            Tensor mean = Tensor.of(arena, Samples.of(Samples.Kind.NORMAL, random, 9), 9);
            Tensor variance = Tensor.of(arena, variances, 9);
            Tensor normWeight = Tensor.of(arena, Samples.of(Samples.Kind.NORMAL, random, 9), 9);
            Tensor normBias = Tensor.of(arena, Samples.of(Samples.Kind.NORMAL, random, 9), 9);
            for (Tensor bias : new Tensor[] {Tensor.of(arena, problem.bias(), 9), null}) {
                BatchNormFold fold = BatchNormFold.of(arena, weight, bias, 1e-5, mean, variance, normWeight, normBias);
                Tensor y = Tensor.allocate(arena, problem.gradY().length);
                MemorySegment out = y.data();
                new ScalarConv()
                        .pack(arena, shape, fold.weight(), fold.bias())
                        .forward(x.data(), 0, 7, 6, 0, 2 * problem.outHeight(), x.data(), 0, out, 0);
                ConvProblem.Sums plain = problem.output(bias != null);
                ConvProblem.Sums expected = new ConvProblem.Sums(problem.gradY().length);
                for (int i = 0; i < problem.gradY().length; i++) {
                    double scale = normWeight.get(i % 9) / Math.sqrt(variance.get(i % 9) + 1e-5);
                    expected.add(i, scale * plain.value(i), Math.abs(scale) * plain.magnitude(i));
                    expected.add(i, -scale * mean.get(i % 9));
                    expected.add(i, normBias.get(i % 9));
                }
                // Of each term, the rounding of the folded weight or bias; of the whole, that of the result.
                expected.assertClose("folded", 4 * Bounds.U, y.toArray());
            }
            Tensor other = Tensor.allocate(arena, 8);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> BatchNormFold.of(arena, weight, null, 1e-5, mean, variance, normWeight, other));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void rangesBeginWithAPartAndStayWithinTheirSegments(BatchNorm norm) {
        try (Arena arena = Arena.ofConfined()) {
            for (int c : Samples.CHANNELS) {
                MemorySegment x = floats(arena, 5L * c);
                MemorySegment shortX = floats(arena, 5L * c - 1);
                MemorySegment v = floats(arena, c);
                MemorySegment shortV = floats(arena, c - 1L);
                MemorySegment parts = floats(arena, 2L * c);
                MemorySegment shortParts = floats(arena, 2L * c - 1);
                assertThrows(IllegalArgumentException.class, () -> norm.partStatistics(1, 2, c, x, 0, c, parts, 0));
                throwsOutOfBounds(() -> norm.partStatistics(0, 5, c, shortX, 0, c, parts, 0));
                throwsOutOfBounds(() -> norm.partStatistics(0, 5, c, x, -4, c, parts, 0));
                throwsOutOfBounds(() -> norm.partStatistics(0, 5, c, x, 0, c, shortParts, 0));
                throwsOutOfBounds(() -> norm.affine(5, c, shortV, 0, v, 0, false, x, 0, c, x, 0, c));
                throwsOutOfBounds(() -> norm.affine(5, c, v, 0, shortV, 0, false, x, 0, c, x, 0, c));
                throwsOutOfBounds(() -> norm.affine(5, c, v, 0, v, 0, false, shortX, 0, c, x, 0, c));
                throwsOutOfBounds(() -> norm.affine(5, c, v, 0, v, 0, false, x, 0, c, shortX, 0, c));
            }
        }
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    /**
     * One channel of one part in double, and how far float32 may be from it.
     *
     * <p>The mean is off as a sum of its rows and by the roundings of the division and the store. The squares are off as a
     * sum, by two roundings of each difference, and by the square of the mean's error for each row: its first power meets
     * the sum of the differences, which is 0 but for their roundings.
     */
    private static final class Column {
        private final int rows;
        private final double mean;
        private final double squares;
        private final double magnitude;
        private final double differences;

        Column(float[] values, int channels, int c, int begin, int allRows) {
            rows = Math.min(PART, allRows - begin);
            double sum = 0;
            double absolute = 0;
            for (int row = begin; row < begin + rows; row++) {
                sum += values[row * channels + c];
                absolute += Math.abs(values[row * channels + c]);
            }
            mean = sum / rows;
            magnitude = absolute / rows;
            double square = 0;
            double distance = 0;
            for (int row = begin; row < begin + rows; row++) {
                double difference = values[row * channels + c] - mean;
                square += difference * difference;
                distance += Math.abs(difference);
            }
            squares = square;
            differences = distance;
        }

        double meanError() {
            return magnitude * (Bounds.sum(rows) + 2 * Bounds.U);
        }

        double squaresError() {
            double error = meanError();
            return squares * (Bounds.sum(rows) + 4 * Bounds.U)
                    + rows * error * error
                    + 4 * Bounds.U * error * differences;
        }
    }
}
