package org.convnext4j.bench;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/** Keeps a benchmark from timing wrong results. */
public final class Oracle {
    private Oracle() {}

    /**
     * Compares element by element.
     *
     * @param expected what the scalar implementation computed
     * @param actual what is about to be timed
     * @param tolerance the largest difference allowed, relative to the largest expected value
     * @throws IllegalStateException if there is more
     */
    public static void check(String what, MemorySegment expected, MemorySegment actual, double tolerance) {
        if (expected.byteSize() != actual.byteSize()) {
            throw new IllegalStateException(
                    what + ": " + actual.byteSize() + " bytes, expected " + expected.byteSize());
        }
        long count = expected.byteSize() / Float.BYTES;
        double largest = 0;
        for (long i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(expected.getAtIndex(Tensor.FLOAT, i)));
        }
        for (long i = 0; i < count; i++) {
            float want = expected.getAtIndex(Tensor.FLOAT, i);
            float got = actual.getAtIndex(Tensor.FLOAT, i);
            // Negated, so that NaN fails.
            if (!(Math.abs(want - got) <= tolerance * largest)) {
                throw new IllegalStateException(what + ": element " + i + " is " + got + ", expected " + want);
            }
        }
    }
}
