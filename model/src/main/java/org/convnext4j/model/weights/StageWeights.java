package org.convnext4j.model.weights;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the four stages.
 *
 * @param downsample null in stage 0, which follows the stem
 * @param blocks in the order they run
 */
public record StageWeights(@Nullable DownsampleWeights downsample, List<BlockWeights> blocks) {
    /** Copies the list. */
    public StageWeights {
        blocks = List.copyOf(blocks);
    }
}
