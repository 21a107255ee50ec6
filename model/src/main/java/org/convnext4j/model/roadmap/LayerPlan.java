package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.model.roadmap.BlockDesign.Bottleneck;
import org.convnext4j.model.roadmap.BlockDesign.Kept;
import org.convnext4j.model.roadmap.BlockDesign.Position;
import org.convnext4j.model.roadmap.BlockDesign.Spatial;

/**
 * The layers of a description. Names are torchvision's as long as the blocks are a ResNet's ({@code layer1.0.conv1},
 * {@code bn1}, {@code downsample.0}) and the paper's where the spatial convolution stands first ({@code dwconv}, {@code
 * norm}, {@code pwconv1}, {@code pwconv2}). Source: the authors' code of the roadmap.
 */
final class LayerPlan {
    private static final int EXPANSION = 4;

    private final RoadmapNetwork network;
    private final BlockDesign block;
    private final List<Layer> layers = new ArrayList<>();
    private int channels;
    private int blocks;

    LayerPlan(RoadmapNetwork network) {
        this.network = network;
        this.block = network.block();
        this.channels = network.inChannels();
    }

    List<Layer> layers() {
        stem();
        for (int stage = 0; stage < RoadmapNetwork.STAGES; stage++) {
            stage(stage);
        }
        layers.add(new AveragePoolLayer());
        if (network.finalNorm()) {
            layers.add(new NormLayer("norm", Norm.LAYER, channels));
        }
        layers.add(new LinearLayer("fc", channels, network.classes()));
        return List.copyOf(layers);
    }

    private void stem() {
        int width = network.width();
        int stride = network.stemStride();
        if (network.stem() == Stem.PATCHIFY) {
            layers.add(new ConvLayer("stem.conv", ConvShape.dense(channels, width, stride, stride, 0), true));
            if (network.mapNorms()) {
                layers.add(new NormLayer("stem.norm", Norm.LAYER, width));
            }
        } else {
            int kernel = 2 * stride - 1;
            layers.add(new ConvLayer(
                    "conv1", ConvShape.dense(channels, width, kernel, stride / 2, kernel / 2), block.biased()));
            layers.add(new NormLayer("bn1", block.norm(), width));
            layers.add(new ActivationLayer(block.activation()));
            layers.add(new MaxPoolLayer());
        }
        channels = width;
    }

    private void stage(int stage) {
        String name = "layer" + (stage + 1) + ".";
        int planes = network.width() << stage;
        int stride = stage == 0 ? 1 : 2;
        if (stage > 0 && network.downsampling() == Downsampling.SEPARATE) {
            if (network.mapNorms()) {
                layers.add(new NormLayer(name + "downsample.norm", Norm.LAYER, channels));
            }
            layers.add(new ConvLayer(name + "downsample.conv", ConvShape.dense(channels, planes, 2, 2, 0), true));
            channels = planes;
            stride = 1;
        }
        for (int b = 0; b < network.depths().get(stage); b++) {
            layers.add(block(name + b + ".", planes, b == 0 ? stride : 1));
        }
    }

    private ResidualLayer block(String name, int planes, int stride) {
        boolean narrow = block.bottleneck() == Bottleneck.NARROW;
        int inputs = channels;
        int outputs = narrow ? EXPANSION * planes : planes;
        int hidden = narrow ? planes : EXPANSION * planes;
        List<Layer> branch = block.position() == Position.FIRST
                ? spatialFirst(name, inputs, hidden, outputs, stride)
                : spatialBetween(name, inputs, hidden, outputs, stride);
        if (block.layerScale()) {
            branch.add(new LayerScaleLayer(name + "gamma", outputs));
        }
        List<Layer> shortcut = new ArrayList<>();
        if (stride != 1 || inputs != outputs) {
            shortcut.add(new ConvLayer(name + "downsample.0", ConvShape.dense(inputs, outputs, 1, stride, 0), false));
            shortcut.add(new NormLayer(name + "downsample.1", block.norm(), outputs));
        }
        List<Layer> after =
                block.activations() == Kept.ALL ? List.of(new ActivationLayer(block.activation())) : List.of();
        channels = outputs;
        return new ResidualLayer(blocks++, branch, shortcut, after);
    }

    private List<Layer> spatialBetween(String name, int inputs, int hidden, int outputs, int stride) {
        List<Layer> branch = new ArrayList<>();
        branch.add(pointwise(name + "conv1", inputs, hidden));
        branch.add(new NormLayer(name + "bn1", block.norm(), hidden));
        branch.add(new ActivationLayer(block.activation()));
        branch.add(spatial(name + "conv2", hidden, stride));
        branch.add(new NormLayer(name + "bn2", block.norm(), hidden));
        branch.add(new ActivationLayer(block.activation()));
        branch.add(pointwise(name + "conv3", hidden, outputs));
        branch.add(new NormLayer(name + "bn3", block.norm(), outputs));
        return branch;
    }

    private List<Layer> spatialFirst(String name, int inputs, int hidden, int outputs, int stride) {
        boolean allNorms = block.norms() == Kept.ALL;
        List<Layer> branch = new ArrayList<>();
        branch.add(spatial(name + "dwconv", inputs, stride));
        branch.add(new NormLayer(name + "norm", block.norm(), inputs));
        if (block.activations() == Kept.ALL) {
            branch.add(new ActivationLayer(block.activation()));
        }
        branch.add(pointwise(name + "pwconv1", inputs, hidden));
        if (allNorms) {
            branch.add(new NormLayer(name + "pwnorm1", block.norm(), hidden));
        }
        branch.add(new ActivationLayer(block.activation()));
        branch.add(pointwise(name + "pwconv2", hidden, outputs));
        if (allNorms) {
            branch.add(new NormLayer(name + "pwnorm2", block.norm(), outputs));
        }
        return branch;
    }

    private ConvLayer pointwise(String name, int inputs, int outputs) {
        return new ConvLayer(name, ConvShape.dense(inputs, outputs, 1, 1, 0), block.biased());
    }

    private ConvLayer spatial(String name, int width, int stride) {
        int groups = block.spatial() == Spatial.DEPTHWISE ? width : 1;
        int kernel = block.kernel();
        return new ConvLayer(name, new ConvShape(width, width, kernel, stride, kernel / 2, groups), block.biased());
    }
}
