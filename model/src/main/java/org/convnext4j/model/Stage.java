package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Function;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.model.weights.BlockWeights;
import org.convnext4j.model.weights.DownsampleWeights;
import org.convnext4j.model.weights.StageWeights;
import org.jspecify.annotations.Nullable;

/** One of the four stages: a downsampling layer, but for the first, and blocks. */
final class Stage {
    private final @Nullable Downsample downsample;
    private final List<Block> blocks;

    /** Packs the downsampling layer and makes each block by {@code block}. */
    Stage(KernelSet kernels, Arena arena, StageWeights weights, double epsilon, Function<BlockWeights, Block> block) {
        DownsampleWeights before = weights.downsample();
        this.downsample = before == null ? null : new Downsample(kernels, arena, before, epsilon);
        this.blocks = weights.blocks().stream().map(block).toList();
    }

    /** The layer in front of the blocks; none in stage 0. */
    @Nullable
    Downsample downsample() {
        return downsample;
    }

    /** Runs the blocks; the result is in {@code x} or {@code spare}, whichever is returned. */
    FeatureMap forward(Pass pass, FeatureMap x, FeatureMap spare) {
        FeatureMap from = x;
        FeatureMap to = spare;
        for (Block block : blocks) {
            block.forward(pass, from, to);
            FeatureMap swap = from;
            from = to;
            to = swap;
        }
        return from;
    }
}
