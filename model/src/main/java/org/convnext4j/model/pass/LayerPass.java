package org.convnext4j.model.pass;

/** A layer in training: its forward pass keeps what its backward pass needs. */
interface LayerPass {
    /** Lays the weights out for one pass. Called for several layers at a time, by several threads. */
    default void prepare(PassContext context) {}

    /**
     * What comes out for a map: in memory of its own, or in that of x where nobody needs x any more.
     *
     * @param x not given back
     */
    BatchMap forward(PassContext context, BatchMap x);

    /**
     * Adds the gradients of the weights to theirs.
     *
     * @param gradY the gradient of what {@link #forward} gave last; overwritten or given back
     * @return the gradient of what went in
     */
    BatchMap backward(PassContext context, BatchMap gradY);
}
