package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every matrix product against the scalar one. */
@EachWidth
@Tag("slow")
final class GemmTest {
    @AfterAll
    static void forgetTheProblems() {
        GemmProblem.forget();
    }

    static Stream<Arguments> gemms() {
        return Samples.seeded(Implementations.gemms(), Gemm::name, 150);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gemms")
    void agreesWithTheOracleAtAnyLayoutAndRange(Gemm gemm, int seed) {
        GemmProblem problem = GemmProblem.random(gemm.name(), seed);
        Random random = new Random(~seed);
        try (Arena arena = Arena.ofConfined()) {
            Gemm.Linear linear = problem.pack(gemm, arena);
            Guarded x = Guarded.strided(arena, random, problem.rows, problem.k).fill(problem.x);
            Guarded layout = Guarded.strided(arena, random, problem.rows, problem.n);
            Guarded residual = layout.sameLayout(arena).fill(problem.residual);
            for (Epilogue epilogue : Epilogue.values()) {
                String what = problem.what + ", " + epilogue;
                float[] expected = problem.expected(epilogue);
                double[] bounds = problem.bounds(epilogue, Implementations.geluError(gemm));

                Guarded whole = layout.sameLayout(arena);
                run(linear, 0, problem.rows, x, 0, problem.n, epilogue, residual.segment(), whole);
                whole.assertGuards(what);
                Bounds.assertClose(what, expected, whole.values(), bounds);

                Guarded parts = layout.sameLayout(arena);
                runInParts(linear, random, problem.rows, x, epilogue, residual.segment(), parts);
                parts.assertGuards(what);
                if (Implementations.sameBitsAtAnyRange(gemm)) {
                    Bounds.assertSameBits(what + ", in parts", whole.values(), parts.values());
                } else {
                    Bounds.assertClose(what + ", in parts", expected, parts.values(), bounds);
                }
            }
            x.assertGuards(problem.what);
            Bounds.assertSameBits(problem.what + ", x", problem.x, x.values());
            Bounds.assertSameBits(problem.what + ", residual", problem.residual, residual.values());
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gemms")
    void writesOnlyItsRangeOfOutputs(Gemm gemm, int seed) {
        GemmProblem problem = GemmProblem.random(gemm.name(), seed);
        Random random = new Random(~seed);
        try (Arena arena = Arena.ofConfined()) {
            Gemm.Linear linear = problem.pack(gemm, arena);
            Guarded x = Guarded.strided(arena, random, problem.rows, problem.k).fill(problem.x);
            int panels = (problem.n + linear.panelOutputs() - 1) / linear.panelOutputs();
            int first = random.nextInt(panels);
            int last = random.nextInt(first, panels);
            int begin = first * linear.panelOutputs();
            int end = Math.min(problem.n, (last + 1) * linear.panelOutputs());
            for (Epilogue epilogue : Epilogue.values()) {
                Guarded y = Guarded.strided(arena, random, problem.rows, problem.n);
                Guarded residual = y.sameLayout(arena).fill(problem.residual);
                run(linear, 0, problem.rows, x, begin, end, epilogue, residual.segment(), y);
                y.assertOnlyWritten(problem.what + ", " + epilogue + ", " + begin + " to " + end, begin, end);
            }
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gemms")
    void followsWeightsThatChange(Gemm gemm, int seed) {
        GemmProblem problem = GemmProblem.random(gemm.name(), seed);
        Random random = new Random(~seed);
        boolean transposed = random.nextBoolean();
        boolean biased = random.nextBoolean();
        try (Arena arena = Arena.ofConfined()) {
            Tensor weight =
                    Tensor.allocate(arena, transposed ? problem.k : problem.n, transposed ? problem.n : problem.k);
            Tensor bias = Tensor.allocate(arena, problem.n);
            Gemm.LiveLinear live = gemm.follow(arena, weight, transposed, biased ? bias : null);
            refreshInParts(live, random); // with zeros, which must not stay
            for (int n = 0; n < problem.n; n++) {
                bias.set(n, problem.bias[n]);
                for (int k = 0; k < problem.k; k++) {
                    weight.set(
                            transposed ? (long) k * problem.n + n : (long) n * problem.k + k,
                            problem.weight[n * problem.k + k]);
                }
            }
            refreshInParts(live, random);
            GemmProblem same = biased ? problem : problem.withoutBias();
            Guarded x = Guarded.strided(arena, random, problem.rows, problem.k).fill(problem.x);
            Guarded y = Guarded.strided(arena, random, problem.rows, problem.n);
            Guarded residual = y.sameLayout(arena).fill(problem.residual);
            for (Epilogue epilogue : Epilogue.values()) {
                String what = problem.what + ", " + epilogue + ", transposed " + transposed + ", biased " + biased;
                run(live, 0, problem.rows, x, 0, problem.n, epilogue, residual.segment(), y);
                y.assertGuards(what);
                double[] bounds = same.bounds(epilogue, Implementations.geluError(gemm));
                Bounds.assertClose(what, same.expected(epilogue), y.values(), bounds);
            }
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gemms")
    void givesItsWeightsBack(Gemm gemm, int seed) {
        GemmProblem problem = GemmProblem.random(gemm.name(), seed);
        boolean transposed = new Random(~seed).nextBoolean();
        try (Arena arena = Arena.ofConfined()) {
            Tensor weight =
                    Tensor.allocate(arena, transposed ? problem.k : problem.n, transposed ? problem.n : problem.k);
            for (int n = 0; n < problem.n; n++) {
                for (int k = 0; k < problem.k; k++) {
                    long at = transposed ? (long) k * problem.n + n : (long) n * problem.k + k;
                    weight.set(at, problem.weight[n * problem.k + k]);
                }
            }
            Gemm.LiveLinear live = gemm.follow(arena, weight, transposed, null);
            live.refresh(0, problem.n);
            Gemm.Linear packed = problem.pack(gemm, arena);
            for (int n = 0; n < problem.n; n++) {
                float[] row = Arrays.copyOfRange(problem.weight, n * problem.k, (n + 1) * problem.k);
                assertArrayEquals(row, packed.weights(n), problem.what);
                assertEquals(problem.bias[n], packed.bias(n), problem.what);
                assertArrayEquals(row, live.weights(n), problem.what);
                assertEquals(0, live.bias(n), problem.what);
            }
            for (int none : new int[] {-1, problem.n}) {
                assertThrows(IndexOutOfBoundsException.class, () -> packed.weights(none), problem.what);
                assertThrows(IndexOutOfBoundsException.class, () -> packed.bias(none), problem.what);
            }
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gemms")
    void rangesCoverTheOutputsInWholePanels(Gemm gemm, int seed) {
        GemmProblem problem = GemmProblem.random(gemm.name(), seed);
        try (Arena arena = Arena.ofConfined()) {
            Gemm.Linear linear = problem.pack(gemm, arena);
            for (int threads = 1; threads <= 5; threads++) {
                int ranges = linear.ranges(threads);
                assertTrue(ranges >= 1 && ranges <= threads * linear.rangesPerThread(), problem.what);
                assertEquals(0, linear.rangeBegin(0, ranges), problem.what);
                assertEquals(problem.n, linear.rangeBegin(ranges, ranges), problem.what);
                for (int range = 0; range < ranges; range++) {
                    int begin = linear.rangeBegin(range, ranges);
                    assertEquals(0, begin % linear.panelOutputs(), problem.what);
                    assertTrue(begin < linear.rangeBegin(range + 1, ranges), problem.what + ": an empty range");
                }
            }
            for (int[] none : new int[][] {{0, 0}, {1, 0}, {0, -1}, {-1, 2}, {3, 2}}) {
                assertThrows(IndexOutOfBoundsException.class, () -> linear.rangeBegin(none[0], none[1]), problem.what);
            }
            IndexOutOfBoundsException noRanges =
                    assertThrows(IndexOutOfBoundsException.class, () -> linear.rangeBegin(3, 0));
            assertEquals("ranges is 0, but must be at least 1", noRanges.getMessage());
            assertThrows(IndexOutOfBoundsException.class, () -> linear.ranges(0));
            assertTrue(linear.ranges(Integer.MAX_VALUE) >= 1, problem.what);
        }
    }

    private static void refreshInParts(Gemm.LiveLinear live, Random random) {
        int panel = live.panelOutputs();
        int step = panel * (1 + random.nextInt(1 + live.outputs() / panel));
        for (int begin = 0; begin < live.outputs(); begin += step) {
            live.refresh(begin, Math.min(live.outputs(), begin + step));
        }
    }

    private static void runInParts(
            Gemm.Linear linear,
            Random random,
            int rows,
            Guarded x,
            Epilogue epilogue,
            MemorySegment residual,
            Guarded y) {
        int rowStep = 1 + random.nextInt(rows);
        int panels = (linear.outputs() + linear.panelOutputs() - 1) / linear.panelOutputs();
        int step = linear.panelOutputs() * (1 + random.nextInt(panels));
        for (int row = 0; row < rows; row += rowStep) {
            int count = Math.min(rowStep, rows - row);
            for (int output = 0; output < linear.outputs(); output += step) {
                int end = Math.min(linear.outputs(), output + step);
                run(linear, row, count, x, output, end, epilogue, residual, y);
            }
        }
    }

    private static void run(
            Gemm.Linear linear,
            int firstRow,
            int rows,
            Guarded x,
            int outputBegin,
            int outputEnd,
            Epilogue epilogue,
            MemorySegment residual,
            Guarded y) {
        linear.forward(
                rows,
                x.segment(),
                x.bytes(firstRow),
                x.stride(),
                outputBegin,
                outputEnd,
                epilogue,
                residual,
                y.segment(),
                y.bytes(firstRow),
                y.stride());
    }
}
