package org.convnext4j.model.roadmap;

import java.util.List;
import java.util.Optional;

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

    /** The regime of a ResNet with so many layers; empty if there is none. */
    public static Optional<Regime> of(int layers) {
        for (Regime regime : values()) {
            if (regime.layers == layers) {
                return Optional.of(regime);
            }
        }
        return Optional.empty();
    }

    /** The walk, in the order of the paper's table. */
    public List<RoadmapStep> steps() {
        return Walk.of(this);
    }
}
