package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.MapShape;

/**
 * The memory of the maps of one network for batches of one size. What is given back is taken again by the next map of as
 * many floats, so that from the second pass on nothing is allocated.
 */
final class MapMemory implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Map<Long, Deque<MemorySegment>> free = new HashMap<>();
    private final Set<MemorySegment> taken = new HashSet<>();

    /** A map with whatever was in it. */
    BatchMap take(int n, MapShape shape) {
        return new BatchMap(take((long) n * shape.pixels() * shape.channels()), n, shape);
    }

    /** Some floats with whatever was in them. */
    MemorySegment take(long floats) {
        Deque<MemorySegment> fitting = free.computeIfAbsent(floats, key -> new ArrayDeque<>());
        MemorySegment data = fitting.isEmpty()
                ? arena.allocate(Math.max(1, floats) * Float.BYTES, Tensor.ALIGNMENT_BYTES)
                : fitting.pop();
        taken.add(data);
        return data;
    }

    /** Takes back what {@link #take} gave. */
    void give(MemorySegment data) {
        if (!taken.remove(data)) {
            throw new IllegalStateException("memory is given back that was not taken");
        }
        free.computeIfAbsent(data.byteSize() / Float.BYTES, key -> new ArrayDeque<>())
                .push(data);
    }

    void give(BatchMap map) {
        give(map.data());
    }

    /** Takes back everything. */
    void giveAll() {
        for (MemorySegment data : Set.copyOf(taken)) {
            give(data);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
