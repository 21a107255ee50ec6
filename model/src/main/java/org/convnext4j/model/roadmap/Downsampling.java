package org.convnext4j.model.roadmap;

/** Where the map's sides are halved between two stages; source: the paper's section 2.6. */
public enum Downsampling {
    /** In the first block of the stage, by its spatial convolution and by a 1x1 convolution with stride 2 in its shortcut. */
    IN_BLOCK,
    /** Between the stages, by a 2x2 convolution with stride 2 of its own. */
    SEPARATE
}
