package org.convnext4j.engine.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/**
 * A thread's room for what may not go straight to its place: the sums of a tile, the lanes of a vector, the channels beyond
 * whole vectors. No kernel leaves anything in it that another, or its own next call, may count on.
 */
final class Scratch {
    /** Four vectors for each row of a group of tiles: the room of the largest one. */
    private static final long BYTES = (WeightPanels.GROUP_ROWS + GemmTile.MAX_ROWS) * 4L * Lanes.BYTES;

    /** 7.5 KiB a thread at 512 bits, freed with it. */
    private static final ThreadLocal<MemorySegment> SEGMENTS =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(BYTES, Tensor.ALIGNMENT_BYTES));

    private Scratch() {}

    /** This thread's. */
    static MemorySegment segment() {
        return SEGMENTS.get();
    }

    /** The address of this thread's; the segment lives as long as the thread. */
    static long address() {
        return SEGMENTS.get().address();
    }
}
