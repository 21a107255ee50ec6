package org.convnext4j.model.weights;

/**
 * The kinds of tensors a ConvNeXt is made of. Each has a weight and a bias, but for the gamma; norms that do not centre
 * have no bias either.
 */
enum Part {
    /** Convolution of the stem, (C0,I,P,P); of an overlapping stem the first, (M,I,3,3). */
    STEM_CONV,
    /** Second convolution of an overlapping stem, (C0,M,3,3), or of one that is halved, (C0,C0,2,2). */
    STEM_CONV2,
    /** Norm before the second convolution of a halved stem, (C0). */
    STEM_NORM2,
    /** Norm of the stem, (C0). */
    STEM_NORM,
    /** Norm before a downsampling, (Cin). */
    DOWNSAMPLE_NORM,
    /** Convolution of a downsampling, (Cout,Cin,2,2). */
    DOWNSAMPLE_CONV,
    /** Layer scale of a block, (C). */
    GAMMA,
    /** Depthwise convolution of a block, (C,1,K,K). */
    DWCONV,
    /** Norm of a block, (C). */
    NORM,
    /** First linear layer of a block, (4C,C). */
    PWCONV1,
    /** Global response normalisation of a block, (4C): gamma and beta, here weight and bias. */
    RESPONSE_NORM,
    /** Second linear layer of a block, (C,4C). */
    PWCONV2,
    /** Norm of a stage's output, (C). */
    STAGE_NORM,
    /** Norm before the classifier, (C3). */
    HEAD_NORM,
    /** Hidden layer before the classifier, (M,C3). */
    HEAD_HIDDEN,
    /** The classifier, (K,C3) or (K,M). */
    HEAD;

    /** The sections of the facebook state dict, in its order. */
    enum Section {
        STEM,
        DOWNSAMPLES,
        BLOCKS,
        STAGE_NORMS,
        HEAD
    }

    /** Where the facebook state dict has it. */
    Section section() {
        return switch (this) {
            case STEM_CONV, STEM_CONV2, STEM_NORM2, STEM_NORM -> Section.STEM;
            case DOWNSAMPLE_NORM, DOWNSAMPLE_CONV -> Section.DOWNSAMPLES;
            case GAMMA, DWCONV, NORM, PWCONV1, RESPONSE_NORM, PWCONV2 -> Section.BLOCKS;
            case STAGE_NORM -> Section.STAGE_NORMS;
            case HEAD_NORM, HEAD_HIDDEN, HEAD -> Section.HEAD;
        };
    }

    /** Whether this exists once per block. */
    boolean isInBlock() {
        return section() == Section.BLOCKS;
    }

    /** Whether this is a norm over the channels of a pixel. */
    boolean isNorm() {
        return switch (this) {
            case STEM_NORM, STEM_NORM2, DOWNSAMPLE_NORM, NORM, STAGE_NORM, HEAD_NORM -> true;
            default -> false;
        };
    }
}
