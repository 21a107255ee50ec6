package org.convnext4j.engine.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Scratch memory of one call: a single block from which 64-byte aligned pieces are cut in order. Not for more than one
 * call at a time.
 */
public final class Workspace {
    private final Arena arena;
    private final MemorySegment block;
    private long usedBytes;

    @SuppressWarnings("MustBeClosedChecker") // closed by free
    Workspace(long bytes) {
        // Shared, because the pieces are used by every thread of a team; one arena for all pieces, because closing a
        // shared one interrupts all threads of the JVM.
        arena = Arena.ofShared();
        block = arena.allocate(bytes, Tensor.ALIGNMENT_BYTES);
    }

    /** How much there is, in bytes. */
    public long bytes() {
        return block.byteSize();
    }

    /**
     * The next piece, with whatever an earlier call left in it.
     *
     * @param floats its length
     * @throws IndexOutOfBoundsException if the workspace is used up
     */
    public MemorySegment take(long floats) {
        MemorySegment piece = block.asSlice(usedBytes, floats * Float.BYTES);
        usedBytes += alignedBytes(floats);
        return piece;
    }

    /** What a piece of this many floats takes of the workspace, in bytes. */
    public static long alignedBytes(long floats) {
        return (floats * Float.BYTES + Tensor.ALIGNMENT_BYTES - 1) / Tensor.ALIGNMENT_BYTES * Tensor.ALIGNMENT_BYTES;
    }

    void reset() {
        usedBytes = 0;
    }

    void free() {
        arena.close();
    }
}
