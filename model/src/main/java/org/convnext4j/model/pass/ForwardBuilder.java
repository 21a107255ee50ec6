package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.RoadmapKernels;
import org.convnext4j.engine.kernel.BatchNormFold;
import org.convnext4j.engine.tensor.Tensor;
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

/** From a description's layers to layers in inference, with each BatchNorm folded into the convolution before it. */
final class ForwardBuilder {
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
                all.add(build(layers.get(i)));
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
                    norm.epsilon(),
                    weights.tensor(norm.runningMean()),
                    weights.tensor(norm.runningVariance()),
                    weights.tensor(norm.weight()),
                    weights.tensor(norm.bias()));
            return Convolution.of(kernels, arena, layer, fold.weight(), fold.bias());
        }
    }

    private ForwardLayer build(Layer layer) {
        return switch (layer) {
            case ConvLayer conv -> convolution(conv, ConvTensors.of(conv, weights));
            case LinearLayer linear -> convolution(linear.pointwise(), ConvTensors.of(linear, weights));
            case NormLayer norm
            when norm.kind() == Norm.BATCH ->
                throw new IllegalArgumentException(norm.name() + " follows no convolution");
            case NormLayer norm -> new NormPass(PixelNorm.of(norm, arena, this::copy));
            case ActivationLayer activation -> activation(activation);
            case MaxPoolLayer pool -> new MaxPoolPass(pool);
            case GlobalPoolLayer pool -> new GlobalPoolPass(pool);
            case LayerScaleLayer scale -> new LayerScalePass(copy(scale.name()), null);
            case ResidualLayer block -> residual(block);
            case ResponseNormLayer norm ->
                throw new IllegalArgumentException(norm.name() + " is in no network of the walk");
        };
    }

    private Convolution convolution(ConvLayer layer, ConvTensors own) {
        return Convolution.of(kernels, arena, layer, own.weight(), own.bias());
    }

    static ForwardLayer activation(ActivationLayer layer) {
        return layer.kind() == Activation.RELU ? new ReluPass() : new ActivationPass(layer.kind().kernel());
    }

    private ForwardResidual residual(ResidualLayer block) {
        boolean relu = block.after().equals(List.of(RELU));
        return new ForwardResidual(
                build(block.branch()), build(block.shortcut()), relu, build(relu ? List.of() : block.after()));
    }

    private Tensor copy(String name) {
        Tensor from = weights.tensor(name);
        Tensor to = Tensor.allocate(arena, from.dim(0));
        to.data().copyFrom(from.data());
        return to;
    }
}
