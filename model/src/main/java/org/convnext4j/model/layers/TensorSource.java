package org.convnext4j.model.layers;

import org.convnext4j.engine.tensor.Tensor;

/** Where the tensors of a network are: its weights, their gradients, or what the optimizer knows of each. */
public interface TensorSource {
    /**
     * The tensor of a name, in the shape that the network's {@link NetworkPlan#tensors} has; always the same memory.
     *
     * @throws IllegalArgumentException if there is none
     */
    Tensor tensor(String name);
}
