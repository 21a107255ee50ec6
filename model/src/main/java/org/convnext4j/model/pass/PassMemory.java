package org.convnext4j.model.pass;

import java.util.Arrays;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The memory of a network's passes, kept from one to the next as long as batches have the same size. */
final class PassMemory implements AutoCloseable {
    private final ScratchMemory scratch = new ScratchMemory();
    private @Nullable MapMemory maps;
    private int[] batch = {};

    ScratchMemory scratch() {
        return scratch;
    }

    /** For the maps of a batch (N, I, H, W). */
    MapMemory maps(Tensor images) {
        int[] wanted = {images.dim(0), images.dim(2), images.dim(3)};
        MapMemory fitting = maps;
        if (fitting == null || !Arrays.equals(wanted, batch)) {
            closeMaps();
            fitting = new MapMemory();
            maps = fitting;
            batch = wanted;
        }
        return fitting;
    }

    private void closeMaps() {
        MapMemory old = maps;
        maps = null;
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() {
        closeMaps();
        scratch.close();
    }
}
