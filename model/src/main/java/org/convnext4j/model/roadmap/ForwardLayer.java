package org.convnext4j.model.roadmap;

/** A layer that runs. */
interface ForwardLayer {
    /**
     * What comes out for a map: in memory of its own, or in that of x where nobody needs x any more.
     *
     * @param x not given back
     */
    BatchMap forward(LayerContext context, BatchMap x);
}
