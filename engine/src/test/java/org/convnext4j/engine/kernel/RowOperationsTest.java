package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.RowOperations;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation of the operations on rows against plain loops in double. */
@EachWidth
final class RowOperationsTest {
    /** A product, a sum and their store, each rounded at the most once. */
    private static final double ROUNDINGS = 3 * Bounds.U;

    static Stream<Arguments> seeded() {
        return Samples.seeded(Implementations.rowOperations(), RowOperations::name, 150);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void dots(RowOperations operations, int seed) {
        Problem problem = Problem.random(seed);
        int rows = problem.rows;
        int columns = problem.columns;
        String what = operations.name() + ", " + problem;
        float[] expected = new float[rows];
        double[] bounds = new double[rows];
        for (int row = 0; row < rows; row++) {
            double sum = problem.accumulate ? problem.factors[row] : 0;
            double magnitude = Math.abs(sum);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                double term = (double) problem.x[i] * problem.y[i];
                sum += term;
                magnitude += Math.abs(term);
            }
            expected[row] = (float) sum;
            bounds[row] = magnitude * Bounds.sum(columns + 1);
        }
        Random random = new Random(~seed);
        try (Arena arena = Arena.ofConfined()) {
            Guarded a = Guarded.strided(arena, random, rows, columns).fill(problem.x);
            Guarded b = Guarded.strided(arena, random, rows, columns).fill(problem.y);
            Guarded y = problem.target(Guarded.dense(arena, random, rows, 1), problem.factors);
            Guarded parts = problem.target(y.sameLayout(arena), problem.factors);
            dots(operations, 0, rows, problem, a, b, y);
            y.assertGuards(what);
            Bounds.assertClose(what, expected, y.values(), bounds);
            int split = random.nextInt(rows + 1);
            dots(operations, 0, split, problem, a, b, parts);
            dots(operations, split, rows, problem, a, b, parts);
            Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void scaleRows(RowOperations operations, int seed) {
        Problem problem = Problem.random(seed);
        String what = operations.name() + ", " + problem;
        Random random = new Random(~seed);
        try (Arena arena = Arena.ofConfined()) {
            Guarded factors = Guarded.dense(arena, random, problem.rows, 1).fill(problem.factors);
            Guarded x = Guarded.strided(arena, random, problem.rows, problem.columns)
                    .fill(problem.x);
            Guarded y = problem.target(Guarded.strided(arena, random, problem.rows, problem.columns), problem.y);
            Guarded parts = problem.target(y.sameLayout(arena), problem.y);
            scaleRows(operations, 0, problem.rows, problem, factors, x, y);
            y.assertGuards(what);
            problem.assertScaled(what, problem.factors, y);
            int split = random.nextInt(problem.rows + 1);
            scaleRows(operations, 0, split, problem, factors, x, parts);
            scaleRows(operations, split, problem.rows, problem, factors, x, parts);
            Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
            if (!problem.accumulate) {
                scaleRows(operations, 0, problem.rows, problem, factors, x, x);
                x.assertGuards(what);
                Bounds.assertSameBits(what + ", in place", y.values(), x.values());
            }
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void scale(RowOperations operations, int seed) {
        Problem problem = Problem.random(seed);
        float factor = problem.factors[0];
        float[] same = new float[problem.rows];
        Arrays.fill(same, factor);
        String what = operations.name() + ", " + problem;
        Random random = new Random(~seed);
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, problem.rows, problem.columns)
                    .fill(problem.x);
            Guarded y = problem.target(Guarded.strided(arena, random, problem.rows, problem.columns), problem.y);
            scale(operations, problem, factor, x, y);
            y.assertGuards(what);
            problem.assertScaled(what, same, y);
            if (!problem.accumulate) {
                scale(operations, problem, factor, x, x);
                x.assertGuards(what);
                Bounds.assertSameBits(what + ", in place", y.values(), x.values());
            }
        }
    }

    private static void dots(
            RowOperations operations, int begin, int end, Problem problem, Guarded a, Guarded b, Guarded y) {
        operations.dots(
                end - begin,
                problem.columns,
                a.segment(),
                a.bytes(begin),
                a.stride(),
                b.segment(),
                b.bytes(begin),
                b.stride(),
                problem.accumulate,
                y.segment(),
                y.bytes(begin));
    }

    private static void scaleRows(
            RowOperations operations, int begin, int end, Problem problem, Guarded factors, Guarded x, Guarded y) {
        operations.scaleRows(
                end - begin,
                problem.columns,
                factors.segment(),
                factors.bytes(begin),
                x.segment(),
                x.bytes(begin),
                x.stride(),
                problem.accumulate,
                y.segment(),
                y.bytes(begin),
                y.stride());
    }

    private static void scale(RowOperations operations, Problem problem, float factor, Guarded x, Guarded y) {
        operations.scale(
                problem.rows,
                problem.columns,
                factor,
                x.segment(),
                x.bytes(),
                x.stride(),
                problem.accumulate,
                y.segment(),
                y.bytes(),
                y.stride());
    }

    /** Two matrices and a factor per row. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Problem(int seed, int rows, int columns, boolean accumulate, float[] factors, float[] x, float[] y) {
        static Problem random(int seed) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(20);
            int columns = Samples.any(random, Samples.CHANNELS);
            boolean accumulate = random.nextBoolean();
            Samples.Kind kind = Samples.anyKind(random);
            return new Problem(
                    seed,
                    rows,
                    columns,
                    accumulate,
                    Samples.of(Samples.Kind.NORMAL, random, rows),
                    Samples.of(kind, random, rows * columns),
                    Samples.of(Samples.Kind.NORMAL, random, rows * columns));
        }

        Guarded target(Guarded y, float[] before) {
            return accumulate ? y.fill(before) : y;
        }

        void assertScaled(String what, float[] scales, Guarded actual) {
            float[] expected = new float[x.length];
            double[] bounds = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                double product = (double) scales[i / columns] * x[i];
                double added = accumulate ? y[i] : 0;
                expected[i] = (float) (product + added);
                bounds[i] = ROUNDINGS * (Math.abs(product) + Math.abs(added));
            }
            Bounds.assertClose(what, expected, actual.values(), bounds);
        }

        @Override
        public String toString() {
            return "seed " + seed + ", " + rows + " rows, " + columns + " columns" + (accumulate ? ", added" : "");
        }
    }
}
