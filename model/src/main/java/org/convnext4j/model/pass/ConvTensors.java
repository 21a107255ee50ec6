package org.convnext4j.model.pass;

import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a convolution, or their gradients.
 *
 * @param weight (N, C / G, K, K)
 * @param bias (N), or none
 */
record ConvTensors(Tensor weight, @Nullable Tensor bias) {
    /** Channels whose sums are taken together. */
    private static final int CHANNELS = 64;

    static ConvTensors of(ConvLayer layer, TensorSource source) {
        return new ConvTensors(source.tensor(layer.weight()), layer.biased() ? source.tensor(layer.bias()) : null);
    }

    /** The classifier as a 1x1 convolution. */
    static ConvTensors of(LinearLayer layer, TensorSource source) {
        return new ConvTensors(
                source.tensor(layer.weight()).reshape(layer.outputs(), layer.inputs(), 1, 1),
                source.tensor(layer.bias()));
    }

    /** Adds the sums over all pixels to the bias, if there is one. */
    void addBiasGradient(PassContext context, BatchMap gradY) {
        Tensor sums = bias;
        if (sums != null) {
            int c = gradY.channels();
            context.run(
                    c,
                    CHANNELS,
                    (begin, end, member) -> context.gradients()
                            .columnSums()
                            .sum(gradY.pixels(), begin, end, true, gradY.data(), 0, c, sums.data(), 0));
        }
    }
}
