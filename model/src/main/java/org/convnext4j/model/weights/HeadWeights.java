package org.convnext4j.model.weights;

import org.convnext4j.engine.tensor.Tensor;

/**
 * The head, after the mean over height and width: LayerNorm, then the classifier.
 *
 * @param norm (C3)
 * @param normBias (C3)
 * @param linear (K,C3)
 * @param linearBias (K)
 */
public record HeadWeights(Tensor norm, Tensor normBias, Tensor linear, Tensor linearBias) {}
