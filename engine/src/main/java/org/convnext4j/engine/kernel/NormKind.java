package org.convnext4j.engine.kernel;

/** The norms over the channels of a pixel that ConvNeXts have; {@link ChannelNorm} says what each computes. */
public enum NormKind {
    /** Centred and scaled: layer normalisation, with a weight and a bias. */
    LAYER,
    /** Scaled by the unbiased standard deviation but not centred, with a weight only: timm's simple norm. */
    SIMPLE,
    /** Scaled by the root of the mean square, with a weight only. */
    RMS
}
