package org.convnext4j.model.weights;

import org.convnext4j.engine.tensor.Tensor;

/**
 * The stem: a convolution whose stride is its kernel, then LayerNorm over the channels.
 *
 * @param conv (C0,I,P,P)
 * @param convBias (C0)
 * @param norm (C0)
 * @param normBias (C0)
 */
public record StemWeights(Tensor conv, Tensor convBias, Tensor norm, Tensor normBias) {}
