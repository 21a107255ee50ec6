package org.convnext4j.model.run;

import org.convnext4j.model.layers.MapShape;

/** A layer, or several that run together, with the weights packed: from one map to the next. Immutable. */
interface Step {
    /** Floats of scratch that each member of the team needs for {@code n} maps of this shape. */
    default long scratchFloats(int n, MapShape in) {
        return 0;
    }

    /** Floats that the team needs together for {@code n} maps of this shape. */
    default long sharedFloats(int n, MapShape in, int threads) {
        return 0;
    }

    /** Runs from {@code x}, which stays as it is, to {@code y}, whose shape the layers give. */
    void forward(Pass pass, FeatureMap x, FeatureMap y);
}
