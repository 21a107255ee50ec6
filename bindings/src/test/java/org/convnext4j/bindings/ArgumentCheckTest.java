package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ArgumentCheckTest {
    private final OpenBlasLibrary blas = OpenBlasLibrary.load();
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void free() {
        arena.close();
    }

    private MemorySegment floats(long count) {
        return arena.allocate(count * Float.BYTES, 64);
    }

    @Test
    void acceptsSegmentsThatJustFit() {
        blas.sgemm(false, false, 2, 3, 4, 1, floats(11), 7, floats(3 * 5 + 3), 5, 0, floats(9), 6);
    }

    @Test
    void rejectsSegmentsOneFloatTooSmall() {
        refuse(
                "the segment of a has 40 bytes",
                () -> blas.sgemm(false, false, 2, 3, 4, 1, floats(10), 7, floats(18), 5, 0, floats(9), 6));
        refuse(
                "the segment of b has 68 bytes",
                () -> blas.sgemm(false, false, 2, 3, 4, 1, floats(11), 7, floats(17), 5, 0, floats(9), 6));
        refuse(
                "the segment of c has 32 bytes",
                () -> blas.sgemm(false, false, 2, 3, 4, 1, floats(11), 7, floats(18), 5, 0, floats(8), 6));
        refuse(
                "the segment of x has 8 bytes",
                () -> blas.sgemv(false, 2, 3, 1, floats(6), 3, floats(2), 1, 0, floats(2), 1));
        refuse(
                "the segment of y has 12 bytes",
                () -> blas.sgemv(true, 3, 3, 1, floats(9), 3, floats(3), 1, 0, floats(3), 2));
    }

    @Test
    void takesTranspositionIntoAccount() {
        // 2 x 100 stored as 100 rows of 2: row length 2 is allowed only if transposed.
        blas.sgemm(true, false, 2, 1, 100, 1, floats(200), 2, floats(100), 1, 0, floats(2), 1);
        refuse(
                "lda is 2 but must be at least 100",
                () -> blas.sgemm(false, false, 2, 1, 100, 1, floats(200), 2, floats(100), 1, 0, floats(2), 1));
    }

    @Test
    void doesNotOverflowOnHugeSizes() {
        int huge = Integer.MAX_VALUE;
        refuse(
                "the segment of a has 4 bytes",
                () -> blas.sgemm(false, false, huge, 1, huge, 1, floats(1), huge, floats(1), 1, 0, floats(1), 1));
    }

    @Test
    void rejectsBadNumbers() {
        refuse("m is -1", () -> blas.sgemm(false, false, -1, 1, 1, 1, floats(1), 1, floats(1), 1, 0, floats(1), 1));
        refuse("n is -1", () -> blas.sgemm(false, false, 1, -1, 1, 1, floats(1), 1, floats(1), 1, 0, floats(1), 1));
        refuse("k is -1", () -> blas.sgemm(false, false, 1, 1, -1, 1, floats(1), 1, floats(1), 1, 0, floats(1), 1));
        refuse("ldc is 0", () -> blas.sgemm(false, false, 1, 1, 1, 1, floats(1), 1, floats(1), 1, 0, floats(1), 0));
        refuse("incx is 0", () -> blas.sgemv(false, 1, 1, 1, floats(1), 1, floats(1), 0, 0, floats(1), 1));
        refuse("incy is -1", () -> blas.sgemv(false, 1, 1, 1, floats(1), 1, floats(1), 1, 0, floats(1), -1));
    }

    @Test
    void rejectsMemoryThatNativeCodeCannotUse() {
        MemorySegment one = floats(1);
        MemorySegment onHeap = MemorySegment.ofArray(new float[1]);
        MemorySegment crooked = floats(2).asSlice(1, 4);
        MemorySegment readOnly = floats(1).asReadOnly();
        refuse(
                "the segment of a is a Java array",
                () -> blas.sgemm(false, false, 1, 1, 1, 1, onHeap, 1, one, 1, 0, one, 1));
        refuse(
                "the segment of b is not aligned",
                () -> blas.sgemm(false, false, 1, 1, 1, 1, one, 1, crooked, 1, 0, one, 1));
        refuse(
                "the segment of c is read-only",
                () -> blas.sgemm(false, false, 1, 1, 1, 1, one, 1, one, 1, 0, readOnly, 1));
    }

    @Test
    void rejectsFreedMemory() {
        MemorySegment freed;
        try (Arena closed = Arena.ofConfined()) {
            freed = closed.allocate(4, 4);
        }
        assertThrows(
                IllegalStateException.class,
                () -> blas.sgemm(false, false, 1, 1, 1, 1, freed, 1, floats(1), 1, 0, floats(1), 1));
    }

    private static void refuse(String part, Executable call) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, call).getMessage());
        assertTrue(message.contains(part), message);
    }
}
