package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.RoadmapKernels;
import org.convnext4j.engine.kernel.BatchNormFold;
import org.convnext4j.engine.tensor.Tensor;

/** From a description's layers to layers in inference, with each BatchNorm folded into the convolution before it. */
final class ForwardBuilder implements Layer.Visitor<ForwardLayer> {
    private static final ActivationLayer RELU = new ActivationLayer(Activation.RELU);

    private final RoadmapKernels kernels;
    private final Arena arena;
    private final TensorSource weights;

    /**
     * For one network.
     *
     * @param arena how long the packed weights live
     * @param weights copied
     */
    ForwardBuilder(RoadmapKernels kernels, Arena arena, TensorSource weights) {
        this.kernels = kernels;
        this.arena = arena;
        this.weights = weights;
    }

    ForwardSequence build(List<Layer> layers) {
        List<ForwardLayer> all = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof ConvLayer conv
                    && i + 1 < layers.size()
                    && layers.get(i + 1) instanceof NormLayer norm
                    && norm.kind() == Norm.BATCH) {
                all.add(folded(conv, norm));
                i++;
            } else {
                all.add(layers.get(i).accept(this));
            }
        }
        return new ForwardSequence(all);
    }

    private ForwardLayer folded(ConvLayer layer, NormLayer norm) {
        ConvTensors own = ConvTensors.of(layer, weights);
        try (Arena copy = Arena.ofConfined()) {
            BatchNormFold fold = BatchNormFold.of(
                    copy,
                    own.weight(),
                    own.bias(),
                    norm.kind().epsilon(),
                    weights.tensor(norm.runningMean()),
                    weights.tensor(norm.runningVariance()),
                    weights.tensor(norm.weight()),
                    weights.tensor(norm.bias()));
            return Convolution.of(kernels, arena, layer, fold.weight(), fold.bias());
        }
    }

    @Override
    public ForwardLayer conv(ConvLayer layer) {
        ConvTensors own = ConvTensors.of(layer, weights);
        return Convolution.of(kernels, arena, layer, own.weight(), own.bias());
    }

    @Override
    public ForwardLayer linear(LinearLayer layer) {
        ConvTensors own = ConvTensors.of(layer, weights);
        return Convolution.of(kernels, arena, layer.pointwise(), own.weight(), own.bias());
    }

    /**
     * A LayerNorm; in no description does a BatchNorm stand elsewhere than behind a convolution.
     *
     * @throws IllegalArgumentException if it is a BatchNorm
     */
    @Override
    public ForwardLayer norm(NormLayer layer) {
        if (layer.kind() == Norm.BATCH) {
            throw new IllegalArgumentException(layer.name() + " follows no convolution");
        }
        return new LayerNormalisation(layer, copy(layer.weight()), copy(layer.bias()));
    }

    private Tensor copy(String name) {
        Tensor from = weights.tensor(name);
        Tensor to = Tensor.allocate(arena, from.dim(0));
        to.data().copyFrom(from.data());
        return to;
    }

    @Override
    public ForwardLayer activation(ActivationLayer layer) {
        return layer.kind() == Activation.RELU ? new ReluPass() : new GeluPass();
    }

    @Override
    public ForwardLayer maxPool(MaxPoolLayer layer) {
        return new MaxPoolPass(layer);
    }

    @Override
    public ForwardLayer layerScale(LayerScaleLayer layer) {
        return new LayerScalePass(copy(layer.name()), null);
    }

    @Override
    public ForwardLayer residual(ResidualLayer layer) {
        boolean relu = layer.after().equals(List.of(RELU));
        return new ForwardResidual(
                build(layer.branch()), build(layer.shortcut()), relu, build(relu ? List.of() : layer.after()));
    }

    @Override
    public ForwardLayer averagePool(AveragePoolLayer layer) {
        return new AveragePoolPass(layer);
    }
}
