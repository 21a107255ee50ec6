package org.convnext4j.model.pass;

/** A layer that runs. */
interface ForwardLayer {
    /**
     * What comes out for a map: in memory of its own, or in that of x where nobody needs x any more.
     *
     * @param x not given back
     */
    BatchMap forward(PassContext context, BatchMap x);
}
