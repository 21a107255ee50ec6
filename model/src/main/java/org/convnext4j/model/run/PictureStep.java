package org.convnext4j.model.run;

import org.convnext4j.engine.tensor.Tensor;

/** The first step: from the picture's (N, I, H, W) to the first map's (N, H, W, C). Immutable. */
interface PictureStep {
    /** Floats of scratch that each member of the team needs for {@code n} pictures of this size. */
    long scratchFloats(int n, int height, int width);

    /** Runs from {@code picture}, whose memory the team can read, to {@code y}. */
    void forward(Pass pass, Tensor picture, FeatureMap y);
}
