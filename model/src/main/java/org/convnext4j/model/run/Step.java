package org.convnext4j.model.run;

import java.util.List;
import org.convnext4j.model.layers.Layer;
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

    /**
     * Into what its time is divided in a {@link Profile}: the layers of each phase, in the order of computation. A step with
     * several calls {@link Pass#start} and {@link Pass#lap} for each of its tiles and ranges.
     *
     * @param layers all that it runs
     */
    default List<List<Layer>> phases(List<Layer> layers) {
        return List.of(layers);
    }

    /** Runs from {@code x}, which stays as it is, to {@code y}, whose shape the layers give. */
    void forward(Pass pass, FeatureMap x, FeatureMap y);
}
