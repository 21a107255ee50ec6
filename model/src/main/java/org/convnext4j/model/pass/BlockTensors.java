package org.convnext4j.model.pass;

import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a block, or their gradients; those of its norms are theirs.
 *
 * @param dwconv (C, 1, K, K)
 * @param dwconvBias (C)
 * @param pwconv1 W1, (4C, C)
 * @param pwconv1Bias b1, (4C)
 * @param pwconv2 W2, (C, 4C)
 * @param pwconv2Bias b2, (C)
 * @param gamma (C), or none
 */
record BlockTensors(
        Tensor dwconv,
        Tensor dwconvBias,
        Tensor pwconv1,
        Tensor pwconv1Bias,
        Tensor pwconv2,
        Tensor pwconv2Bias,
        @Nullable Tensor gamma) {
    static BlockTensors of(BlockPlan layers, TensorSource source) {
        return new BlockTensors(
                source.tensor(layers.depthwise().weight()),
                source.tensor(layers.depthwise().bias()),
                source.tensor(layers.expand().weight()),
                source.tensor(layers.expand().bias()),
                source.tensor(layers.project().weight()),
                source.tensor(layers.project().bias()),
                layers.scale() == null ? null : source.tensor(layers.scale().name()));
    }
}
