package org.convnext4j.model.roadmap;

import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;

/**
 * LayerNorm over the channels of each pixel.
 *
 * @param layer C and the epsilon
 * @param weight (C)
 * @param bias (C)
 */
record LayerNormalisation(NormLayer layer, Tensor weight, Tensor bias) implements ForwardLayer {
    static LayerNormalisation of(NormLayer layer, TensorSource weights) {
        return new LayerNormalisation(layer, weights.tensor(layer.weight()), weights.tensor(layer.bias()));
    }

    float epsilon() {
        return (float) layer.epsilon();
    }

    @Override
    public BatchMap forward(LayerContext context, BatchMap x) {
        BatchMap y = context.memory().take(x.n(), x.shape());
        int c = layer.channels();
        context.tiles(x.pixels(), (begin, end, member) -> {
            long at = x.pixelBytes(begin);
            context.kernels()
                    .layerNorm()
                    .forward(end - begin, c, epsilon(), weight.data(), bias.data(), x.data(), at, c, y.data(), at, c);
        });
        return y;
    }
}
