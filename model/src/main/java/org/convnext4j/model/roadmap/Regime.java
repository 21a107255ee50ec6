package org.convnext4j.model.roadmap;

import java.util.List;

/** Which ResNet a walk begins with. */
public enum Regime {
    /** From ResNet-50 to ConvNeXt-T; the paper's table 10. */
    RESNET_50(50),
    /** From ResNet-200 to ConvNeXt-B; the paper's table 11. */
    RESNET_200(200);

    private final int layers;

    Regime(int layers) {
        this.layers = layers;
    }

    /** 50 or 200. */
    public int layers() {
        return layers;
    }

    /** The walk, in the order of the paper's table. */
    public List<RoadmapStep> steps() {
        return Walk.of(this);
    }
}
