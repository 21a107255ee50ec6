package org.convnext4j.model.weights;

import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One stage.
 *
 * @param downsample null in stage 0, which follows the stem
 * @param blocks in the order they run
 * @param norm (C), of the stage's output for those who use the network as a backbone; {@linkplain ConvNeXtWeights#isNone
 *     none} in most networks
 * @param normBias (C) or none
 */
public record StageWeights(
        @Nullable DownsampleWeights downsample, List<BlockWeights> blocks, Tensor norm, Tensor normBias) {
    /** Copies the list. */
    public StageWeights {
        blocks = List.copyOf(blocks);
    }
}
