package org.convnext4j.engine.plain;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/**
 * Rows on the heap. Loops over arrays need no checks that only the compiler can take out, so that they are fast from the
 * start; copying a row costs little beside its arithmetic.
 */
final class Rows {
    private static final ThreadLocal<float[][]> ARRAYS = ThreadLocal.withInitial(() -> new float[3][0]);

    private Rows() {}

    /** This thread's array number {@code which}, of at least {@code floats} elements of any value. */
    static float[] take(int which, int floats) {
        float[][] arrays = ARRAYS.get();
        if (arrays[which].length < floats) {
            arrays[which] = new float[floats];
        }
        return arrays[which];
    }

    static void read(MemorySegment segment, long bytes, float[] row, int floats) {
        MemorySegment.copy(segment, Tensor.FLOAT, bytes, row, 0, floats);
    }

    static void write(float[] row, int floats, MemorySegment segment, long bytes) {
        MemorySegment.copy(row, 0, segment, Tensor.FLOAT, bytes, floats);
    }
}
