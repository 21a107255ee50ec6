package org.convnext4j.model.roadmap;

import java.util.List;

/**
 * Layers in training, one after the other. What they put out stays until the backward pass is over.
 *
 * @param passes in the order of the forward pass
 */
record PassSequence(List<LayerPass> passes) implements LayerPass {
    PassSequence {
        passes = List.copyOf(passes);
    }

    @Override
    public BatchMap forward(LayerContext context, BatchMap x) {
        BatchMap map = x;
        for (LayerPass pass : passes) {
            map = pass.forward(context, map);
        }
        return map;
    }

    @Override
    public BatchMap backward(LayerContext context, BatchMap gradY) {
        BatchMap grad = gradY;
        for (int i = passes.size() - 1; i >= 0; i--) {
            grad = passes.get(i).backward(context, grad);
        }
        return grad;
    }
}
