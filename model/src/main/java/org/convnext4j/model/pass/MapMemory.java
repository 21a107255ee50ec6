package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.bindings.LargeMemory;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.MapShape;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the maps of one network for batches of one size. In the first pass each piece comes from {@link Slabs}, and
 * the order is written down; from it a {@link MemoryPlan} is made, which the passes
 * after that follow without allocating anything. A pass that takes another order, as the first one without a backward pass
 * does, allocates from there on and leaves a new plan.
 *
 * <p>Either way a pass takes hardly more than what its layers keep at the same time. Not thread-safe.
 */
final class MapMemory implements AutoCloseable {
    /** What was taken: the how manieth, and whether it is part of the planned memory. */
    private record Piece(int number, boolean isPlanned) {}

    private final Map<MemorySegment, Piece> taken = new HashMap<>();
    private final Slabs slabs = new Slabs();
    private final List<Long> events = new ArrayList<>();
    private MemoryPlan plan = MemoryPlan.of(List.of());
    private MemorySegment planned = MemorySegment.NULL;
    private @Nullable Arena arena;
    private boolean follows = true;
    private int takes;

    /** A map with whatever was in it. */
    BatchMap take(int n, MapShape shape) {
        return new BatchMap(take((long) n * shape.pixels() * shape.channels()), n, shape);
    }

    /** Some floats with whatever was in them. */
    MemorySegment take(long floats) {
        long count = Math.max(1, floats);
        int number = takes++;
        note(count);
        MemorySegment data =
                follows ? planned.asSlice(plan.offset(number) * Float.BYTES, count * Float.BYTES) : slabs.take(count);
        taken.put(data, new Piece(number, follows));
        return data;
    }

    /** Takes back what {@link #take} gave. */
    void give(MemorySegment data) {
        Piece piece = taken.remove(data);
        if (piece == null) {
            throw new IllegalStateException("memory is given back that was not taken");
        }
        note(MemoryPlan.giving(piece.number()));
        if (!piece.isPlanned()) {
            slabs.give(data);
        }
    }

    void give(BatchMap map) {
        give(map.data());
    }

    /** Ends a pass: takes back everything, and plans the next one if this was unlike the last. */
    @SuppressWarnings("MustBeClosedChecker") // closed by close(), or when another plan takes its place
    void giveAll() {
        taken.clear();
        boolean fits = follows;
        plan = fits ? plan : MemoryPlan.of(events);
        events.clear();
        takes = 0;
        follows = true;
        if (!fits) {
            close();
            Arena fresh = Arena.ofShared();
            arena = fresh;
            planned = LargeMemory.allocate(fresh, plan.floats() * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        }
    }

    private void note(long event) {
        follows = follows && plan.isNext(events.size(), event);
        events.add(event);
    }

    @Override
    public void close() {
        taken.clear();
        slabs.close();
        if (arena != null) {
            arena.close();
            arena = null;
        }
    }
}
