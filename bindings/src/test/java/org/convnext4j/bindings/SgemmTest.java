package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SgemmTest {
    private static final int[][] SIZES = {
        {1, 1, 1}, {1, 7, 5}, {7, 1, 13}, {2, 3, 1}, {15, 16, 17}, {17, 15, 16}, {31, 33, 32}, {63, 65, 64},
        {37, 41, 43}, {97, 89, 101}, {129, 127, 131}, {1, 96, 384}, {49, 8, 0}, {1, 5, 0}, {0, 3, 2}, {3, 0, 2}
    };

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void agreesWithPlainLoops(boolean transA, boolean transB) {
        Random random = new Random(42);
        for (int[] size : SIZES) {
            check(random, transA, transB, size, 0, 1, 0);
            check(random, transA, transB, size, 3, -1.5f, 0.5f);
            check(random, transA, transB, size, 1, 2, 1);
            check(random, transA, transB, size, 0, 0, 2);
        }
    }

    @Test
    void doesNotReadTheResultIfBetaIsZero() {
        try (Arena arena = Arena.ofConfined()) {
            for (int size : new int[] {1, 2, 33, 200}) {
                Random random = new Random(size);
                MemorySegment a = Floats.random(arena, random, (long) size * size);
                MemorySegment b = Floats.random(arena, random, (long) size * size);
                MemorySegment c = Floats.random(arena, random, (long) size * size);
                for (long i = 0; i < (long) size * size; i++) {
                    Floats.set(c, i, Float.NaN);
                }
                OpenBlasLibrary.load().sgemm(false, false, size, size, size, 1, a, size, b, size, 0, c, size);
                assertEquals(dot(a, b, size), Floats.get(c, 0), Floats.tolerance(size));
            }
        }
    }

    @Test
    void isRightOnEightThreadsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int seed = thread;
                results.add(threads.submit(() -> {
                    Random random = new Random(seed);
                    for (int round = 0; round < 6; round++) {
                        boolean transA = (seed & 1) == 1;
                        boolean transB = (seed & 2) == 2;
                        check(random, transA, transB, new int[] {61 + seed, 83, 97 + round}, seed, 1, 0.5f);
                    }
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static double dot(MemorySegment a, MemorySegment b, int size) {
        double sum = 0;
        for (int p = 0; p < size; p++) {
            sum += (double) Floats.get(a, p) * Floats.get(b, (long) p * size);
        }
        return sum;
    }

    /** Compares one product, and that the gaps between the rows of C stay as they were. */
    private static void check(
            Random random, boolean transA, boolean transB, int[] size, int gap, float alpha, float beta) {
        int m = size[0];
        int n = size[1];
        int k = size[2];
        int lda = Math.max(1, transA ? m : k) + gap;
        int ldb = Math.max(1, transB ? k : n) + gap;
        int ldc = Math.max(1, n) + gap;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = Floats.random(arena, random, (long) (transA ? k : m) * lda);
            MemorySegment b = Floats.random(arena, random, (long) (transB ? n : k) * ldb);
            MemorySegment c = Floats.random(arena, random, (long) m * ldc);
            MemorySegment before = arena.allocate(c.byteSize(), Float.BYTES).copyFrom(c);
            OpenBlasLibrary.load().sgemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < ldc; j++) {
                    double old = Floats.get(before, (long) i * ldc + j);
                    double expected = old;
                    if (j < n) {
                        double sum = 0;
                        for (int p = 0; p < k; p++) {
                            sum += Floats.element(a, transA, i, p, lda) * Floats.element(b, transB, p, j, ldb);
                        }
                        expected = alpha * sum + beta * old;
                    }
                    assertEquals(
                            expected,
                            Floats.get(c, (long) i * ldc + j),
                            j < n ? Floats.tolerance(k) : 0,
                            () -> "m, n, k = " + m + ", " + n + ", " + k);
                }
            }
        }
    }
}
