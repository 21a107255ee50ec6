package org.convnext4j.model.roadmap;

import org.convnext4j.engine.tensor.Tensor;

/** Where the tensors of a network are: its weights, or their gradients. */
public interface TensorSource {
    /**
     * The tensor of a name, in the shape of {@link RoadmapNetwork#shapes}; always the same memory.
     *
     * @throws IllegalArgumentException if there is none
     */
    Tensor tensor(String name);
}
