package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.List;

/** From a description's layers to layers in training. */
final class PassBuilder implements Layer.Visitor<LayerPass> {
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
                passes.add(layers.get(i).accept(this));
            }
        }
        return new PassSequence(passes);
    }

    /** The layers, also those in blocks, that lay out their weights before each pass. */
    List<LayerPass> prepared() {
        return List.copyOf(prepared);
    }

    @Override
    public LayerPass conv(ConvLayer layer) {
        ConvTensors own = ConvTensors.of(layer, weights);
        ConvTensors grad = ConvTensors.of(layer, gradients);
        boolean picture = first;
        first = false;
        return remember(
                layer.depthwise() ? new DepthwisePass(layer, own, grad) : new ConvPass(layer, own, grad, picture));
    }

    @Override
    public LayerPass linear(LinearLayer layer) {
        return remember(new ConvPass(
                layer.pointwise(), ConvTensors.of(layer, weights), ConvTensors.of(layer, gradients), false));
    }

    private LayerPass remember(LayerPass pass) {
        prepared.add(pass);
        return pass;
    }

    @Override
    public LayerPass norm(NormLayer layer) {
        return new LayerNormPass(layer, weights, gradients);
    }

    @Override
    public LayerPass activation(ActivationLayer layer) {
        return layer.kind() == Activation.RELU ? new ReluPass() : new GeluPass();
    }

    @Override
    public LayerPass maxPool(MaxPoolLayer layer) {
        return new MaxPoolPass(layer);
    }

    @Override
    public LayerPass layerScale(LayerScaleLayer layer) {
        return new LayerScalePass(weights.tensor(layer.name()), gradients.tensor(layer.name()));
    }

    @Override
    public LayerPass residual(ResidualLayer layer) {
        return new ResidualPass(layer.number(), build(layer.branch()), build(layer.shortcut()), build(layer.after()));
    }

    @Override
    public LayerPass averagePool(AveragePoolLayer layer) {
        return new AveragePoolPass(layer);
    }
}
