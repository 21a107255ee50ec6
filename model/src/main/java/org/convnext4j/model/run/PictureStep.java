package org.convnext4j.model.run;

import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.Layer;

/** The first step: from the picture's (N, I, H, W) to the first map's (N, H, W, C). Immutable. */
interface PictureStep {
    /** Floats of scratch that each member of the team needs for {@code n} pictures of this size. */
    long scratchFloats(int n, int height, int width);

    /** As {@link Step#phases}. */
    default List<List<Layer>> phases(List<Layer> layers) {
        return List.of(layers);
    }

    /** Runs from {@code picture}, whose memory the team can read, to {@code y}. */
    void forward(Pass pass, Tensor picture, FeatureMap y);
}
