package org.convnext4j.engine.kernel.gradient;

/** The gradients of layer normalisation: {@link org.convnext4j.engine.kernel.NormKind#LAYER}. */
public interface LayerNormGradient extends ChannelNormGradient {
    /** How many parts so many rows have: {@link ChannelNormGradient#parts}. */
    static int parts(int rows) {
        return ChannelNormGradient.parts(rows);
    }
}
