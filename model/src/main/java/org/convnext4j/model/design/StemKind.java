package org.convnext4j.model.design;

/** How a picture becomes the first map. */
public enum StemKind {
    /** The paper's: a convolution whose stride is its kernel, then a norm. */
    PATCH,
    /**
     * The same with a downsampling of the stages' kind after it: timm's with {@code patch_size} 2, which halves the map once
     * more before the first stage.
     */
    PATCH_HALVED,
    /** The first without a norm: the isotropic networks'. */
    PATCH_WITHOUT_NORM,
    /** Two 3x3 convolutions of stride 2 and padding 1, then a norm: timm's {@code overlap} and {@code overlap_tiered}. */
    OVERLAP,
    /** The same with the network's activation after the first convolution: timm's {@code overlap_act}. */
    OVERLAP_ACT;

    /** Whether there are two convolutions. */
    public boolean overlaps() {
        return this == OVERLAP || this == OVERLAP_ACT;
    }
}
