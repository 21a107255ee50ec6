package org.convnext4j.model.weights;

import org.convnext4j.engine.tensor.Tensor;

/**
 * The stem: a convolution whose stride is its kernel, or two that overlap, then a norm over the channels; a halved one has
 * another norm and another convolution after that. What a network does not have is {@linkplain ConvNeXtWeights#isNone none}.
 *
 * @param conv (C0,I,P,P), or (M,I,3,3) as the first of two
 * @param convBias (C0) or (M)
 * @param conv2 (C0,M,3,3) of an overlapping stem, (C0,C0,2,2) of a halved one, or none
 * @param conv2Bias (C0) or none
 * @param norm (C0) or none
 * @param normBias (C0); none for norms that do not centre
 * @param norm2 (C0), before the second convolution of a halved stem, or none
 * @param norm2Bias (C0) or none
 */
public record StemWeights(
        Tensor conv,
        Tensor convBias,
        Tensor conv2,
        Tensor conv2Bias,
        Tensor norm,
        Tensor normBias,
        Tensor norm2,
        Tensor norm2Bias) {}
