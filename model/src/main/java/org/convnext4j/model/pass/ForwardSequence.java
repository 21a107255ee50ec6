package org.convnext4j.model.pass;

import java.util.List;

/**
 * Layers in inference, one after the other; each map is given back when the next one is there.
 *
 * @param layers in order
 */
record ForwardSequence(List<ForwardLayer> layers) {
    ForwardSequence {
        layers = List.copyOf(layers);
    }

    /** What comes out; x is given back unless it is to be kept or its memory is that of the result. */
    BatchMap forward(PassContext context, BatchMap x, boolean keep) {
        BatchMap map = x;
        for (ForwardLayer layer : layers) {
            BatchMap y = layer.forward(context, map);
            if (!y.isIn(map) && !(keep && map.isIn(x))) {
                context.memory().give(map);
            }
            map = y;
        }
        return map;
    }
}
