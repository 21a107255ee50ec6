package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A piece of memory for each member of a team, as large as the hungriest layer so far asked for. */
final class ScratchMemory implements AutoCloseable {
    private @Nullable Arena arena;
    private List<MemorySegment> pieces = List.of();

    /** One piece for each member; those of an earlier call must not be used any more. */
    @SuppressWarnings("MustBeClosedChecker") // closed by close(), or when larger pieces take its place
    List<MemorySegment> pieces(int members, long floats) {
        long bytes = Math.max(1, floats) * Float.BYTES;
        if (pieces.size() < members || pieces.get(0).byteSize() < bytes) {
            close();
            Arena fresh = Arena.ofShared();
            arena = fresh;
            pieces = Stream.generate(() -> fresh.allocate(bytes, Tensor.ALIGNMENT_BYTES))
                    .limit(members)
                    .toList();
        }
        return pieces;
    }

    @Override
    public void close() {
        pieces = List.of();
        if (arena != null) {
            arena.close();
            arena = null;
        }
    }
}
