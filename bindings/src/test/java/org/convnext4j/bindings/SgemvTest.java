package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SgemvTest {
    @ParameterizedTest
    @CsvSource({
        "1,1,false,1,1,1,0",
        "1,1,true,1,1,1,0.5",
        "17,31,false,1,1,-1.5,0.5",
        "17,31,true,2,3,1,2",
        "97,101,false,3,2,2,1",
        "97,101,true,1,1,1,0",
        "5,0,false,1,2,1,2",
        "0,5,true,1,2,1,0",
        "0,5,false,1,1,1,2"
    })
    void agreesWithPlainLoops(int m, int n, boolean transposed, int incx, int incy, float alpha, float beta) {
        int inner = transposed ? m : n;
        int length = transposed ? n : m;
        int lda = Math.max(1, n) + 2;
        Random random = new Random(7);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = Floats.random(arena, random, (long) m * lda);
            MemorySegment x = Floats.random(arena, random, (long) inner * incx);
            MemorySegment y = Floats.random(arena, random, (long) length * incy);
            MemorySegment before = arena.allocate(y.byteSize(), Float.BYTES).copyFrom(y);
            OpenBlasLibrary.load().sgemv(transposed, m, n, alpha, a, lda, x, incx, beta, y, incy);
            for (int i = 0; i < length * incy; i++) {
                double old = Floats.get(before, i);
                double expected = old;
                if (i % incy == 0) {
                    double sum = 0;
                    for (int p = 0; p < inner; p++) {
                        sum += Floats.element(a, transposed, i / incy, p, lda) * Floats.get(x, (long) p * incx);
                    }
                    expected = alpha * sum + beta * old;
                }
                assertEquals(expected, Floats.get(y, i), i % incy == 0 ? Floats.tolerance(inner) : 0);
            }
        }
    }
}
