package org.convnext4j.engine.kernel;

/** Layer normalisation over the channels of each pixel, with the biased variance: {@link NormKind#LAYER}. */
public interface LayerNorm extends ChannelNorm {}
