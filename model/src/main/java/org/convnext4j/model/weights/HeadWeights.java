package org.convnext4j.model.weights;

import org.convnext4j.engine.tensor.Tensor;

/**
 * The head: the mean over height and width, a norm after it or before it, then the classifier. What a network does not have
 * is {@linkplain ConvNeXtWeights#isNone none}.
 *
 * @param norm (C3) or none
 * @param normBias (C3); none for norms that do not centre
 * @param hidden (M,C3) or none
 * @param hiddenBias (M) or none
 * @param linear (K,C3), or (K,M) after a hidden layer, or none
 * @param linearBias (K) or none
 */
public record HeadWeights(
        Tensor norm, Tensor normBias, Tensor hidden, Tensor hiddenBias, Tensor linear, Tensor linearBias) {}
