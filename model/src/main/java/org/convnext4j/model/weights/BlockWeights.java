package org.convnext4j.model.weights;

import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One block: depthwise 7x7 convolution, LayerNorm, linear, GELU, linear, layer scale, shortcut.
 *
 * @param dwconv (C,1,7,7)
 * @param dwconvBias (C)
 * @param norm (C)
 * @param normBias (C)
 * @param pwconv1 (4C,C)
 * @param pwconv1Bias (4C)
 * @param pwconv2 (C,4C)
 * @param pwconv2Bias (C)
 * @param gamma (C); null means that there is no layer scale
 */
public record BlockWeights(
        Tensor dwconv,
        Tensor dwconvBias,
        Tensor norm,
        Tensor normBias,
        Tensor pwconv1,
        Tensor pwconv1Bias,
        Tensor pwconv2,
        Tensor pwconv2Bias,
        @Nullable Tensor gamma) {}
