package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.MaxPoolLayer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.Pooling;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.StagePlan;
import org.convnext4j.model.layers.Window;
import org.convnext4j.model.roadmap.BlockDesign.Bottleneck;
import org.convnext4j.model.roadmap.BlockDesign.Kept;
import org.convnext4j.model.roadmap.BlockDesign.Position;
import org.convnext4j.model.roadmap.BlockDesign.Spatial;

/**
 * The layers of a description. Names are torchvision's as long as the blocks are a ResNet's ({@code layer1.0.conv1},
 * {@code bn1}, {@code downsample.0}) and the paper's where the spatial convolution stands first ({@code dwconv}, {@code
 * norm}, {@code pwconv1}, {@code pwconv2}). Source: the authors' code of the roadmap.
 */
final class RoadmapPlan {
    private static final int EXPANSION = 4;

    private final RoadmapNetwork network;
    private final BlockDesign block;
    private int channels;
    private int blocks;

    RoadmapPlan(RoadmapNetwork network) {
        this.network = network;
        this.block = network.block();
        this.channels = network.inChannels();
    }

    static NetworkPlan of(RoadmapNetwork network) {
        RoadmapPlan plan = new RoadmapPlan(network);
        List<Layer> stem = plan.stem();
        List<StagePlan> stages = new ArrayList<>();
        for (int stage = 0; stage < RoadmapNetwork.STAGES; stage++) {
            stages.add(plan.stage(stage));
        }
        return new NetworkPlan(network.name(), network.inChannels(), stem, stages, plan.head());
    }

    private List<Layer> head() {
        List<Layer> layers = new ArrayList<>();
        layers.add(new GlobalPoolLayer(Pooling.AVERAGE));
        if (network.finalNorm()) {
            layers.add(norm("norm", Norm.LAYER, channels));
        }
        layers.add(new LinearLayer("fc", channels, network.classes()));
        return layers;
    }

    private List<Layer> stem() {
        List<Layer> layers = new ArrayList<>();
        int width = network.width();
        int stride = network.stemStride();
        if (network.stem() == Stem.PATCHIFY) {
            layers.add(ConvLayer.dense("stem.conv", channels, width, Window.patch(stride)));
            if (network.mapNorms()) {
                layers.add(norm("stem.norm", Norm.LAYER, width));
            }
        } else {
            Window window = Window.centred(2 * stride - 1, stride / 2, 1);
            layers.add(new ConvLayer("conv1", channels, width, 1, window, block.biased()));
            layers.add(norm("bn1", block.norm(), width));
            layers.add(new ActivationLayer(block.activation()));
            layers.add(new MaxPoolLayer());
        }
        channels = width;
        return layers;
    }

    private StagePlan stage(int stage) {
        String name = "layer" + (stage + 1) + ".";
        int planes = network.width() << stage;
        int stride = stage == 0 ? 1 : 2;
        List<Layer> downsample = new ArrayList<>();
        if (stage > 0 && network.downsampling() == Downsampling.SEPARATE) {
            if (network.mapNorms()) {
                downsample.add(norm(name + "downsample.norm", Norm.LAYER, channels));
            }
            downsample.add(ConvLayer.dense(name + "downsample.conv", channels, planes, Window.patch(2)));
            channels = planes;
            stride = 1;
        }
        List<ResidualLayer> made = new ArrayList<>();
        for (int b = 0; b < network.depths().get(stage); b++) {
            made.add(block(name + b + ".", planes, b == 0 ? stride : 1));
        }
        return new StagePlan(downsample, made, null);
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
            shortcut.add(
                    new ConvLayer(name + "downsample.0", inputs, outputs, 1, new Window(1, stride, 1, 0, 0), false));
            shortcut.add(norm(name + "downsample.1", block.norm(), outputs));
        }
        List<Layer> after =
                block.activations() == Kept.ALL ? List.of(new ActivationLayer(block.activation())) : List.of();
        channels = outputs;
        return new ResidualLayer(blocks++, branch, shortcut, after);
    }

    private List<Layer> spatialBetween(String name, int inputs, int hidden, int outputs, int stride) {
        List<Layer> branch = new ArrayList<>();
        branch.add(pointwise(name + "conv1", inputs, hidden));
        branch.add(norm(name + "bn1", block.norm(), hidden));
        branch.add(new ActivationLayer(block.activation()));
        branch.add(spatial(name + "conv2", hidden, stride));
        branch.add(norm(name + "bn2", block.norm(), hidden));
        branch.add(new ActivationLayer(block.activation()));
        branch.add(pointwise(name + "conv3", hidden, outputs));
        branch.add(norm(name + "bn3", block.norm(), outputs));
        return branch;
    }

    private List<Layer> spatialFirst(String name, int inputs, int hidden, int outputs, int stride) {
        boolean allNorms = block.norms() == Kept.ALL;
        List<Layer> branch = new ArrayList<>();
        branch.add(spatial(name + "dwconv", inputs, stride));
        branch.add(norm(name + "norm", block.norm(), inputs));
        if (block.activations() == Kept.ALL) {
            branch.add(new ActivationLayer(block.activation()));
        }
        branch.add(pointwise(name + "pwconv1", inputs, hidden));
        if (allNorms) {
            branch.add(norm(name + "pwnorm1", block.norm(), hidden));
        }
        branch.add(new ActivationLayer(block.activation()));
        branch.add(pointwise(name + "pwconv2", hidden, outputs));
        if (allNorms) {
            branch.add(norm(name + "pwnorm2", block.norm(), outputs));
        }
        return branch;
    }

    private ConvLayer pointwise(String name, int inputs, int outputs) {
        return new ConvLayer(name, inputs, outputs, 1, Window.PIXEL, block.biased());
    }

    private ConvLayer spatial(String name, int width, int stride) {
        int groups = block.spatial() == Spatial.DEPTHWISE ? width : 1;
        return new ConvLayer(name, width, width, groups, Window.centred(block.kernel(), stride, 1), block.biased());
    }

    private static NormLayer norm(String name, Norm kind, int channels) {
        return new NormLayer(name, kind, kind.epsilon(), channels);
    }
}
