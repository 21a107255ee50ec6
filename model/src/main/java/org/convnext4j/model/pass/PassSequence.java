package org.convnext4j.model.pass;

import java.util.ArrayList;
import java.util.List;

/** Layers in training, one after the other. What each put out is given back when its backward pass is over. */
final class PassSequence implements LayerPass {
    private final List<LayerPass> passes;

    /** The input, then what each layer put out. */
    private final List<BatchMap> maps = new ArrayList<>();

    /**
     * Of some layers.
     *
     * @param passes in the order of the forward pass
     */
    PassSequence(List<LayerPass> passes) {
        this.passes = List.copyOf(passes);
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap x) {
        maps.clear();
        maps.add(x);
        BatchMap map = x;
        for (LayerPass pass : passes) {
            map = pass.forward(context, map);
            maps.add(map);
        }
        return map;
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap grad = gradY;
        BatchMap last = maps.get(passes.size());
        for (int i = passes.size() - 1; i >= 0; i--) {
            grad = passes.get(i).backward(context, grad);
            BatchMap y = maps.get(i + 1);
            // The last map is the caller's.
            if (!y.isIn(maps.get(i)) && !y.isIn(last)) {
                context.memory().give(y);
            }
        }
        return grad;
    }
}
