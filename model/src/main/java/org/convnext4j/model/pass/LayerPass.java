package org.convnext4j.model.pass;

/** A layer in training: its forward pass keeps what its backward pass needs. */
interface LayerPass extends ForwardLayer {
    /** Lays the weights out for one pass. Called for several layers at a time, by several threads. */
    default void prepare(PassContext context) {}

    /**
     * Adds the gradients of the weights to theirs.
     *
     * @param gradY the gradient of what {@link #forward} gave last; overwritten or given back
     * @return the gradient of what went in
     */
    BatchMap backward(PassContext context, BatchMap gradY);
}
