package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.BlockPlan;
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

/**
 * From a plan's layers to layers in training. Some that follow each other are computed together: BatchNorm and ReLU, a norm
 * and a patch convolution, the layers of a ConvNeXt's block ({@link BlockPlan}); all others one by one.
 */
final class PassBuilder {
    private final Arena arena;
    private final Gemm gemm;
    private final TensorSource weights;
    private final TensorSource gradients;
    private final List<LayerPass> prepared = new ArrayList<>();
    private boolean first = true;

    /**
     * For one network.
     *
     * @param arena as long as the network lives
     * @param gemm of the blocks
     * @param weights read in every pass
     * @param gradients added to
     */
    PassBuilder(Arena arena, Gemm gemm, TensorSource weights, TensorSource gradients) {
        this.arena = arena;
        this.gemm = gemm;
        this.weights = weights;
        this.gradients = gradients;
    }

    /** What makes the first map: a network's first layer if it cuts the pictures into patches. */
    PictureStart start(List<Layer> layers) {
        if (layers.get(0) instanceof ConvLayer conv && PatchStart.isPatches(conv)) {
            first = false;
            return PatchStart.of(conv, arena, weights, gradients);
        }
        return PictureStart.PIXELS;
    }

    /** The layers behind {@link #start}. */
    List<Layer> afterStart(List<Layer> layers) {
        boolean patches = layers.get(0) instanceof ConvLayer conv && PatchStart.isPatches(conv);
        return layers.subList(patches ? 1 : 0, layers.size());
    }

    PassSequence build(List<Layer> layers) {
        List<LayerPass> passes = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Layer next = i + 1 < layers.size() ? layers.get(i + 1) : null;
            if (layer instanceof NormLayer norm && norm.kind() == Norm.BATCH) {
                boolean relu = next instanceof ActivationLayer activation && activation.kind() == Activation.RELU;
                passes.add(new BatchNormPass(norm, relu, weights, gradients));
                i += relu ? 1 : 0;
            } else if (layer instanceof NormLayer norm
                    && next instanceof ConvLayer conv
                    && PatchStart.isPatches(conv)) {
                passes.add(new DownsamplePass(
                        pixelNorm(norm), conv, ConvTensors.of(conv, weights), ConvTensors.of(conv, gradients)));
                i++;
            } else {
                passes.add(build(layer));
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
            case LinearLayer linear -> new LinearPass(linear, weights, gradients);
            case NormLayer norm -> new NormPass(pixelNorm(norm));
            case ActivationLayer(Activation kind) ->
                kind == Activation.RELU ? new ReluPass() : new ActivationPass(kind.kernel());
            case MaxPoolLayer pool -> new MaxPoolPass(pool);
            case GlobalPoolLayer pool -> new GlobalPoolPass(pool);
            case LayerScaleLayer scale ->
                new LayerScalePass(weights.tensor(scale.name()), gradients.tensor(scale.name()));
            case ResidualLayer block -> block(block);
            case ResponseNormLayer norm ->
                throw new IllegalArgumentException(norm.name()
                        + " cannot be trained where it is, only behind the activation of a ConvNeXt's block");
        };
    }

    private PixelNorm pixelNorm(NormLayer norm) {
        return PixelNorm.of(norm, arena, weights, gradients);
    }

    private LayerPass block(ResidualLayer block) {
        return BlockPlan.match(block)
                .<LayerPass>map(layers -> new BlockPass(layers, arena, gemm, weights, gradients))
                .orElseGet(() -> new ResidualPass(
                        block.number(), build(block.branch()), build(block.shortcut()), build(block.after())));
    }

    private LayerPass convolution(ConvLayer layer) {
        ConvTensors own = ConvTensors.of(layer, weights);
        ConvTensors grad = ConvTensors.of(layer, gradients);
        boolean picture = first;
        first = false;
        if (layer.isDepthwise()) {
            return new DepthwisePass(layer, own, grad);
        }
        return layer.isStrided() ? new ConvPass(layer, own, grad, picture) : new WindowPass(layer, own, grad);
    }

    private LayerPass remember(LayerPass pass) {
        prepared.add(pass);
        return pass;
    }
}
