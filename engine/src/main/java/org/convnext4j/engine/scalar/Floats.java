package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/** Single floats in segments, addressed in bytes like the contracts do. */
final class Floats {
    private Floats() {}

    /** The float at {@code bytes}, widened. */
    static double get(MemorySegment segment, long bytes) {
        return segment.get(Tensor.FLOAT, bytes);
    }

    /** Rounds {@code value} to a float, once, and stores it. */
    static void set(MemorySegment segment, long bytes, double value) {
        segment.set(Tensor.FLOAT, bytes, (float) value);
    }

    /** The offset of float {@code index} counted from {@code bytes}. */
    static long at(long bytes, long index) {
        return bytes + index * Float.BYTES;
    }

    /**
     * A copy of a weight. Scalar kernels need no special layout, but a packed layer must outlive the checkpoint that it
     * was read from.
     */
    static MemorySegment copy(Arena arena, Tensor tensor) {
        return arena.allocate(tensor.data().byteSize(), Tensor.ALIGNMENT_BYTES).copyFrom(tensor.data());
    }
}
