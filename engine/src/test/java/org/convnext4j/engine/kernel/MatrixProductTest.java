package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every matrix product against a plain sum in double, in all four layouts of A and B. */
@EachWidth
final class MatrixProductTest {
    private static final int[] TERMS = {0, 1, 2, 3, 7, 8, 9, 16, 31, 49, 64, 101, 196, 257};

    static Stream<Arguments> products() {
        return Samples.named(Implementations.matrixProducts(), MatrixProduct::name);
    }

    static Stream<Arguments> seeded() {
        return Samples.seeded(Implementations.matrixProducts(), MatrixProduct::name, 240);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void agreesWithThePlainSumAtAnyLayoutAndRange(MatrixProduct product, int seed) {
        Random random = new Random(seed);
        boolean aTransposed = (seed & 1) != 0;
        boolean bTransposed = (seed & 2) != 0;
        boolean accumulate = (seed & 4) != 0;
        boolean large = seed % 80 < 8; // each combination three times
        int m = large ? 70 + random.nextInt(100) : Samples.any(random, Samples.CHANNELS);
        int n = large ? 70 + random.nextInt(200) : Samples.any(random, Samples.CHANNELS);
        int k = large ? 300 + random.nextInt(600) : Samples.any(random, TERMS);
        Samples.Kind kind = Samples.anyKind(random);
        String what = product.name() + ", seed " + seed + ", " + kind + ", " + m + "x" + n + "x" + k
                + (aTransposed ? ", A transposed" : "") + (bTransposed ? ", B transposed" : "")
                + (accumulate ? ", added" : "");
        float[] aValues = Samples.of(kind, random, m * k);
        float[] bValues = Samples.of(Samples.Kind.NORMAL, random, k * n);
        float[] before = Samples.of(kind, random, m * n);
        float[] expected = new float[m * n];
        double[] bounds = new double[m * n];
        int aRow = aTransposed ? 1 : k;
        int aTerm = aTransposed ? m : 1;
        int bColumn = bTransposed ? k : 1;
        int bTerm = bTransposed ? 1 : n;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = accumulate ? before[i * n + j] : 0;
                double magnitude = Math.abs(sum);
                for (int p = 0; p < k; p++) {
                    double term = (double) aValues[i * aRow + p * aTerm] * bValues[p * bTerm + j * bColumn];
                    sum += term;
                    magnitude += Math.abs(term);
                }
                expected[i * n + j] = (float) sum;
                bounds[i * n + j] = magnitude * Bounds.sum(k + 1);
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            Problem problem = new Problem(
                    product,
                    k,
                    Guarded.strided(arena, random, aTransposed ? k : m, aTransposed ? m : k)
                            .fill(aValues),
                    aTransposed,
                    Guarded.strided(arena, random, bTransposed ? n : k, bTransposed ? k : n)
                            .fill(bValues),
                    bTransposed,
                    accumulate);
            Guarded c = Guarded.strided(arena, random, m, n);
            Guarded parts = c.sameLayout(arena);
            if (accumulate) {
                c.fill(before);
                parts.fill(before);
            }
            problem.multiply(arena, 0, m, 0, n, c);
            c.assertGuards(what);
            Bounds.assertClose(what, expected, c.values(), bounds);
            Bounds.assertSameBits(what + ", A", aValues, problem.a.values());
            Bounds.assertSameBits(what + ", B", bValues, problem.b.values());

            int rowStep = 1 + random.nextInt(m);
            int columnStep = 1 + random.nextInt(n);
            for (int row = 0; row < m; row += rowStep) {
                for (int column = 0; column < n; column += columnStep) {
                    problem.multiply(
                            arena, row, Math.min(m, row + rowStep), column, Math.min(n, column + columnStep), parts);
                }
            }
            parts.assertGuards(what + ", in parts");
            if (Implementations.sameBitsAtAnyRange(product)) {
                Bounds.assertSameBits(what + ", in parts", c.values(), parts.values());
            } else {
                Bounds.assertClose(what + ", in parts", expected, parts.values(), bounds);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("products")
    void staysWithinItsSegments(MatrixProduct product) {
        int m = 37;
        int n = 21;
        int k = 19;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = floats(arena, (long) m * k);
            MemorySegment b = floats(arena, (long) k * n);
            MemorySegment c = floats(arena, (long) m * n);
            MemorySegment scratch = floats(arena, product.scratchFloats(m, n, k));
            for (int layout = 0; layout < 4; layout++) {
                boolean ta = (layout & 1) != 0;
                boolean tb = (layout & 2) != 0;
                int as = ta ? m : k;
                int bs = tb ? k : n;
                MemorySegment shortA = floats(arena, (long) m * k - 1);
                MemorySegment shortB = floats(arena, (long) k * n - 1);
                MemorySegment shortC = floats(arena, (long) m * n - 1);
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> product.multiply(m, n, k, shortA, 0, as, ta, b, 0, bs, tb, false, c, 0, n, scratch, 0));
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> product.multiply(m, n, k, a, 0, as, ta, shortB, 0, bs, tb, false, c, 0, n, scratch, 0));
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> product.multiply(m, n, k, a, 0, as, ta, b, 0, bs, tb, false, shortC, 0, n, scratch, 0));
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> product.multiply(m, n, k, a, -4, as, ta, b, 0, bs, tb, true, c, 0, n, scratch, 0));
            }
        }
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    /** A product of two matrices that are laid out already. */
    private record Problem(
            MatrixProduct product,
            int k,
            Guarded a,
            boolean aTransposed,
            Guarded b,
            boolean bTransposed,
            boolean accumulate) {
        /** A range of rows and columns of C, with scratch memory of exactly the size asked for, full of NaN. */
        void multiply(Arena arena, int rowBegin, int rowEnd, int columnBegin, int columnEnd, Guarded c) {
            int m = rowEnd - rowBegin;
            int n = columnEnd - columnBegin;
            int floats = Math.toIntExact(product.scratchFloats(m, n, k));
            Guarded scratch = Guarded.dense(arena, new Random(floats), 1, floats);
            product.multiply(
                    m,
                    n,
                    k,
                    a.segment(),
                    a.bytes() + Float.BYTES * (aTransposed ? rowBegin : (long) rowBegin * a.stride()),
                    a.stride(),
                    aTransposed,
                    b.segment(),
                    b.bytes() + Float.BYTES * (bTransposed ? (long) columnBegin * b.stride() : columnBegin),
                    b.stride(),
                    bTransposed,
                    accumulate,
                    c.segment(),
                    c.bytes(rowBegin) + (long) columnBegin * Float.BYTES,
                    c.stride(),
                    scratch.segment(),
                    scratch.bytes());
            scratch.assertGuardsOutside("scratch");
        }
    }
}
