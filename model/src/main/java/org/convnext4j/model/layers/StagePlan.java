package org.convnext4j.model.layers;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a stage.
 *
 * @param downsample what halves the map before the blocks; empty where nothing does, or the first block does itself
 * @param blocks in order
 * @param norm on the stage's map for those who use the network as a backbone; not part of the way to the logits
 */
public record StagePlan(
        List<Layer> downsample,
        List<ResidualLayer> blocks,
        @Nullable NormLayer norm) {
    /** Copies the lists. */
    public StagePlan {
        downsample = List.copyOf(downsample);
        blocks = List.copyOf(blocks);
    }

    /** The layers on the way to the logits. */
    public List<Layer> layers() {
        List<Layer> layers = new ArrayList<>(downsample);
        layers.addAll(blocks);
        return List.copyOf(layers);
    }
}
