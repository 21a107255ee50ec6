package org.convnext4j.model.pass;

import java.util.Iterator;
import java.util.Optional;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.Window;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a block that is computed as a whole: a depthwise convolution that leaves the map its size, a norm over the
 * channels, and two linear layers with a smooth activation between them.
 *
 * @param number of the block in the network
 * @param response after the activation; none in most networks
 * @param scale at the end of the branch; none in some networks
 */
record BlockLayers(
        int number,
        ConvLayer depthwise,
        NormLayer norm,
        LinearLayer expand,
        ActivationLayer activation,
        @Nullable ResponseNormLayer response,
        LinearLayer project,
        @Nullable LayerScaleLayer scale) {

    /** Empty if a block is another one. */
    static Optional<BlockLayers> match(ResidualLayer block) {
        if (!block.shortcut().isEmpty() || !block.after().isEmpty()) {
            return Optional.empty();
        }
        Iterator<Layer> layers = block.branch().iterator();
        if (next(layers) instanceof ConvLayer depthwise
                && isMapWide(depthwise)
                && next(layers) instanceof NormLayer norm
                && norm.kind() != Norm.BATCH
                && next(layers) instanceof LinearLayer expand
                && next(layers) instanceof ActivationLayer activation
                && activation.kind() != Activation.RELU) {
            Layer after = next(layers);
            ResponseNormLayer response = after instanceof ResponseNormLayer found ? found : null;
            Layer last = response == null ? after : next(layers);
            Layer end = next(layers);
            LayerScaleLayer scale = end instanceof LayerScaleLayer found ? found : null;
            boolean all = (end == null || scale != null) && !layers.hasNext();
            if (last instanceof LinearLayer project && all) {
                return Optional.of(
                        new BlockLayers(block.number(), depthwise, norm, expand, activation, response, project, scale));
            }
        }
        return Optional.empty();
    }

    private static boolean isMapWide(ConvLayer layer) {
        int kernel = layer.window().kernel();
        return layer.isDepthwise()
                && layer.biased()
                && kernel % 2 == 1
                && layer.window()
                        .equals(Window.centred(kernel, 1, layer.window().dilation()));
    }

    private static @Nullable Layer next(Iterator<Layer> layers) {
        return layers.hasNext() ? layers.next() : null;
    }

    /** C. */
    int channels() {
        return expand.inputs();
    }

    /** The channels between the linear layers, 4C. */
    int hidden() {
        return expand.outputs();
    }
}
