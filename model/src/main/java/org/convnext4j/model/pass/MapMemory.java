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
 * The memory of the maps of one network for batches of one size. In the first pass each piece is allocated when it is taken
 * and freed when it is given back, and the order is written down; from it a {@link MemoryPlan} is made, which the passes
 * after that follow without allocating anything. A pass that takes another order, as the first one without a backward pass
 * does, allocates from there on and leaves a new plan.
 *
 * <p>Either way a pass takes hardly more than what its layers keep at the same time. Not thread-safe.
 */
final class MapMemory implements AutoCloseable {
    /** What was taken: the how manieth, and what frees it unless it is part of the planned memory. */
    private record Piece(int number, @Nullable Arena arena) {}

    private final Map<MemorySegment, Piece> taken = new HashMap<>();
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
    @SuppressWarnings("MustBeClosedChecker") // closed when the piece is given back
    MemorySegment take(long floats) {
        long count = Math.max(1, floats);
        int number = takes++;
        note(count);
        Arena own = null;
        MemorySegment data;
        if (follows) {
            data = planned.asSlice(plan.offset(number) * Float.BYTES, count * Float.BYTES);
        } else {
            own = Arena.ofShared();
            data = LargeMemory.allocate(own, count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        }
        taken.put(data, new Piece(number, own));
        return data;
    }

    /** Takes back what {@link #take} gave. */
    void give(MemorySegment data) {
        Piece piece = taken.remove(data);
        if (piece == null) {
            throw new IllegalStateException("memory is given back that was not taken");
        }
        note(MemoryPlan.giving(piece.number()));
        free(piece);
    }

    void give(BatchMap map) {
        give(map.data());
    }

    /** Ends a pass: takes back everything, and plans the next one if this was unlike the last. */
    @SuppressWarnings("MustBeClosedChecker") // closed by close(), or when another plan takes its place
    void giveAll() {
        taken.values().forEach(MapMemory::free);
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

    private static void free(Piece piece) {
        if (piece.arena() != null) {
            piece.arena().close();
        }
    }

    @Override
    public void close() {
        taken.values().forEach(MapMemory::free);
        taken.clear();
        if (arena != null) {
            arena.close();
            arena = null;
        }
    }
}
