package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.MaxPoolLayer;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.TensorSource;

/** From a description's layers to layers in training. */
final class PassBuilder {
    private final TensorSource weights;
    private final TensorSource gradients;
    private final List<LayerPass> prepared = new ArrayList<>();
    private boolean first = true;

    /**
     * For one network.
     *
     * @param weights read in every pass
     * @param gradients added to
     */
    PassBuilder(TensorSource weights, TensorSource gradients) {
        this.weights = weights;
        this.gradients = gradients;
    }

    PassSequence build(List<Layer> layers) {
        List<LayerPass> passes = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof NormLayer norm && norm.kind() == Norm.BATCH) {
                boolean relu = i + 1 < layers.size() && layers.get(i + 1).equals(new ActivationLayer(Activation.RELU));
                passes.add(new BatchNormPass(norm, relu, weights, gradients));
                i += relu ? 1 : 0;
            } else {
                passes.add(build(layers.get(i)));
            }
        }
        return new PassSequence(passes);
    }

    /** The layers, also those in blocks, that lay out their weights before each pass. */
    List<LayerPass> prepared() {
        return List.copyOf(prepared);
    }

    private LayerPass build(Layer layer) {
        return switch (layer) {
            case ConvLayer conv -> remember(convolution(conv));
            case LinearLayer linear ->
                remember(new ConvPass(
                        linear.pointwise(), ConvTensors.of(linear, weights), ConvTensors.of(linear, gradients), false));
            case NormLayer norm -> new LayerNormPass(norm, weights, gradients);
            case ActivationLayer activation -> activation.kind() == Activation.RELU ? new ReluPass() : new GeluPass();
            case MaxPoolLayer pool -> new MaxPoolPass(pool);
            case GlobalPoolLayer pool -> new AveragePoolPass(pool);
            case LayerScaleLayer scale ->
                new LayerScalePass(weights.tensor(scale.name()), gradients.tensor(scale.name()));
            case ResidualLayer block ->
                new ResidualPass(block.number(), build(block.branch()), build(block.shortcut()), build(block.after()));
            case ResponseNormLayer norm ->
                throw new IllegalArgumentException(norm.name() + " is in no network of the walk");
        };
    }

    private LayerPass convolution(ConvLayer layer) {
        ConvTensors own = ConvTensors.of(layer, weights);
        ConvTensors grad = ConvTensors.of(layer, gradients);
        boolean picture = first;
        first = false;
        return layer.isDepthwise() ? new DepthwisePass(layer, own, grad) : new ConvPass(layer, own, grad, picture);
    }

    private LayerPass remember(LayerPass pass) {
        prepared.add(pass);
        return pass;
    }
}
