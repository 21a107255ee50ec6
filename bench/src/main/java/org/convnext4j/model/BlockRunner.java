package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.weights.FormulaWeights;

/**
 * One block by itself. It lives in the model's package, because a block is no part of the model's API and should not
 * become one for the sake of being measured: a network cannot have fewer than four.
 */
public final class BlockRunner {
    private final Engine engine;
    private final FusedBlock block;
    private final FeatureMap x;
    private final FeatureMap y;
    private final MemorySegment shared;
    private final MemorySegment[] scratch;

    /**
     * The first block of a stage, with formula weights and input.
     *
     * @param arena must be shared among threads
     * @param engine gives kernels and threads
     * @param variant which size
     * @param stage 0 to 3
     * @param batch pictures
     * @param side pixels of the map's side
     */
    public BlockRunner(Arena arena, Engine engine, Variant variant, int stage, int batch, int side) {
        this.engine = engine;
        ConvNeXtConfig config = ConvNeXtConfig.of(variant);
        int channels = config.dims().get(stage);
        try (Arena weights = Arena.ofShared()) {
            this.block = new FusedBlock(
                    engine.kernels(),
                    arena,
                    FormulaWeights.of(config, 0, weights)
                            .stages()
                            .get(stage)
                            .blocks()
                            .get(0),
                    BlockDesign.of(config, stage));
        }
        int threads = engine.workers().threads();
        this.x = new FeatureMap(
                FormulaWeights.input(0, arena, batch, side, side, channels).data(), batch, side, side, channels);
        this.y = new FeatureMap(
                Tensor.allocate(arena, batch, side, side, channels).data(), batch, side, side, channels);
        this.shared = floats(arena, block.sharedFloats(batch, side, side, threads));
        this.scratch = new MemorySegment[threads];
        for (int member = 0; member < threads; member++) {
            scratch[member] = floats(arena, block.scratchFloats(batch, side, side));
        }
    }

    private static MemorySegment floats(Arena arena, long floats) {
        return arena.allocate(floats * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    /** Runs the block; its input does not change. */
    public void forward() {
        try (Team team = engine.workers().team()) {
            block.forward(new Pass(engine.kernels(), team, scratch, shared), x, y);
        }
    }

    /** (N, H, W, C), what {@link #forward} computed. */
    public MemorySegment result() {
        return y.data();
    }
}
