package org.convnext4j.model.roadmap;

/** How a picture becomes the first map, whose sides are a quarter of the picture's; source: the paper's section 2.2. */
public enum Stem {
    /** A 7x7 convolution with stride 2, norm, activation and 3x3 max pooling with stride 2: windows overlap. */
    RESNET,
    /** A 4x4 convolution with stride 4 and a bias alone: windows do not overlap. */
    PATCHIFY
}
