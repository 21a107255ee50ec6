package org.convnext4j.model.weights;

import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One block: depthwise convolution, norm, linear, activation, in ConvNeXt V2 response norm, linear, layer scale, shortcut.
 * What a network does not have is {@linkplain ConvNeXtWeights#isNone none}.
 *
 * @param dwconv (C,1,K,K)
 * @param dwconvBias (C)
 * @param norm (C)
 * @param normBias (C); none for norms that do not centre
 * @param pwconv1 (4C,C)
 * @param pwconv1Bias (4C)
 * @param responseGamma (4C) or none
 * @param responseBeta (4C) or none
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
        Tensor responseGamma,
        Tensor responseBeta,
        Tensor pwconv2,
        Tensor pwconv2Bias,
        @Nullable Tensor gamma) {}
