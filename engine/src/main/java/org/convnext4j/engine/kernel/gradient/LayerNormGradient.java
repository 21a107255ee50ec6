package org.convnext4j.engine.kernel.gradient;

/** The gradients of layer normalisation: {@link org.convnext4j.engine.kernel.NormKind#LAYER}. */
public interface LayerNormGradient extends ChannelNormGradient {}
