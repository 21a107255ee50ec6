package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.convnext4j.bindings.LargeMemory;
import org.convnext4j.engine.tensor.Tensor;

/**
 * Memory for pieces that are taken and given back in any order, cut from a few large allocations: the first room that is wide
 * enough, so that what is given back is taken again. The system gives such memory as it is touched, and takes all of it
 * back when this is closed, which it does not of many small allocations. Not thread-safe.
 */
final class Slabs implements AutoCloseable {
    private static final long SLAB_FLOATS = 16 << 20;
    private static final long ALIGNMENT = Tensor.ALIGNMENT_BYTES / Float.BYTES;

    /** One allocation, and the lengths of what is free by where it begins, both in floats. */
    private record Slab(Arena arena, MemorySegment data, TreeMap<Long, Long> free) {}

    private final List<Slab> slabs = new ArrayList<>();

    /** Some floats with whatever was in them. */
    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    MemorySegment take(long floats) {
        long length = aligned(floats);
        for (Slab slab : slabs) {
            for (Map.Entry<Long, Long> room : slab.free.entrySet()) {
                if (room.getValue() >= length) {
                    return cut(slab, room.getKey(), room.getValue(), length, floats);
                }
            }
        }
        Arena arena = Arena.ofShared();
        long size = Math.max(SLAB_FLOATS, length);
        Slab slab = new Slab(
                arena, LargeMemory.allocate(arena, size * Float.BYTES, Tensor.ALIGNMENT_BYTES), new TreeMap<>());
        slabs.add(slab);
        return cut(slab, 0, size, length, floats);
    }

    private static MemorySegment cut(Slab slab, long begin, long room, long length, long floats) {
        slab.free.remove(begin);
        if (room > length) {
            slab.free.put(begin + length, room - length);
        }
        return slab.data.asSlice(begin * Float.BYTES, floats * Float.BYTES);
    }

    /** Takes back what {@link #take} gave. */
    void give(MemorySegment data) {
        for (Slab slab : slabs) {
            long begin = (data.address() - slab.data.address()) / Float.BYTES;
            if (data.address() >= slab.data.address() && begin * Float.BYTES < slab.data.byteSize()) {
                long length = aligned(data.byteSize() / Float.BYTES);
                Long after = slab.free.remove(begin + length);
                length += after == null ? 0 : after;
                Map.Entry<Long, Long> before = slab.free.floorEntry(begin);
                if (before != null && before.getKey() + before.getValue() == begin) {
                    slab.free.put(before.getKey(), before.getValue() + length);
                } else {
                    slab.free.put(begin, length);
                }
                return;
            }
        }
        throw new IllegalStateException("memory is given back that was not taken");
    }

    private static long aligned(long floats) {
        return (floats + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    @Override
    public void close() {
        slabs.forEach(slab -> slab.arena.close());
        slabs.clear();
    }
}
