package org.convnext4j.model.weights;

/** The kinds of tensors a ConvNeXt is made of. Each has a weight and a bias, but for the gamma. */
enum Part {
    /** Convolution of the stem, (C0,I,P,P). */
    STEM_CONV,
    /** LayerNorm of the stem, (C0). */
    STEM_NORM,
    /** LayerNorm before a downsampling, (Cin). */
    DOWNSAMPLE_NORM,
    /** Convolution of a downsampling, (Cout,Cin,2,2). */
    DOWNSAMPLE_CONV,
    /** Layer scale of a block, (C). */
    GAMMA,
    /** Depthwise convolution of a block, (C,1,7,7). */
    DWCONV,
    /** LayerNorm of a block, (C). */
    NORM,
    /** First linear layer of a block, (4C,C). */
    PWCONV1,
    /** Second linear layer of a block, (C,4C). */
    PWCONV2,
    /** LayerNorm before the classifier, (C3). */
    HEAD_NORM,
    /** The classifier, (K,C3). */
    HEAD;

    /** Whether this exists once per block. */
    boolean isInBlock() {
        return switch (this) {
            case GAMMA, DWCONV, NORM, PWCONV1, PWCONV2 -> true;
            default -> false;
        };
    }
}
