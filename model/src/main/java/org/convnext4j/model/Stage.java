package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Function;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.BlockWeights;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DownsampleWeights;
import org.convnext4j.model.weights.StageWeights;
import org.jspecify.annotations.Nullable;

/** One stage: a downsampling layer, but for the first, blocks, and in backbones a norm for the map that users get. */
final class Stage {
    private final @Nullable Downsampling downsample;
    private final List<Block> blocks;
    private final @Nullable NormLayer norm;

    /** Packs the downsampling layer and makes each block by {@code block}. */
    Stage(
            KernelSet kernels,
            Arena arena,
            StageWeights weights,
            ConvNeXtConfig config,
            int stage,
            Function<BlockWeights, Block> block) {
        DownsampleWeights before = weights.downsample();
        this.downsample = before == null ? null : Downsampling.of(kernels, arena, before, config, stage);
        this.blocks = weights.blocks().stream().map(block).toList();
        this.norm = ConvNeXtWeights.isNone(weights.norm())
                ? null
                : NormLayer.of(
                        kernels,
                        arena,
                        config.design().norm(),
                        config.layerNormEps(),
                        weights.norm(),
                        weights.normBias());
    }

    /** The layer in front of the blocks; none in stage 0. */
    @Nullable
    Downsampling downsample() {
        return downsample;
    }

    /** A block; all of a stage need the same memory. */
    Block firstBlock() {
        return blocks.get(0);
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

    /** The stage's map after its own norm, in {@code y}; only where the network has such norms. */
    FeatureMap normed(Pass pass, FeatureMap x, FeatureMap y) {
        NormLayer layer = norm;
        if (layer == null) {
            throw new IllegalStateException("the stage has no norm");
        }
        pass.team().run(x.rows(), (row, member) -> {
            long at = x.rowBytes(row);
            layer.forward(x.width(), x.data(), at, y.data(), at);
        });
        return y;
    }
}
