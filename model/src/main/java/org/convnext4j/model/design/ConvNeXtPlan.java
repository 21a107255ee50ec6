package org.convnext4j.model.design;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.StagePlan;
import org.convnext4j.model.layers.Window;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a ConvNeXt: the whole network at a glance. Tensors have facebook's names, and names of their kind where
 * facebook's code has none. Source: the released models/convnext.py and convnextv2.py, and timm's models/convnext.py.
 */
final class ConvNeXtPlan {
    /** How many hidden channels a block has for each of its own. */
    private static final int EXPANSION = 4;
    /** The sides of an overlapping stem's convolutions. */
    private static final int OVERLAP_KERNEL = 3;
    /** timm dilates the convolutions before dilated stages no further. */
    private static final int MAX_DOWNSAMPLE_DILATION = 2;

    private final ConvNeXtConfig config;
    private final Design design;
    private int blocks;

    private ConvNeXtPlan(ConvNeXtConfig config) {
        this.config = config;
        this.design = config.design();
    }

    static NetworkPlan of(ConvNeXtConfig config) {
        ConvNeXtPlan plan = new ConvNeXtPlan(config);
        List<StagePlan> stages = new ArrayList<>();
        for (int stage = 0; stage < config.stages(); stage++) {
            stages.add(new StagePlan(plan.downsample(stage), plan.blocks(stage), plan.stageNorm(stage)));
        }
        return new NetworkPlan(config.name(), config.inChannels(), plan.stem(), stages, plan.head());
    }

    private List<Layer> stem() {
        String name = "downsample_layers.0.";
        int channels = config.dims().get(0);
        ConvLayer patches =
                ConvLayer.dense(name + "0", config.inChannels(), channels, Window.patch(config.patchKernel()));
        NormLayer norm = norm(name + "1", channels);
        return switch (design.stem().kind()) {
            case PATCH -> List.of(patches, norm);
            case PATCH_WITHOUT_NORM -> List.of(patches);
            case PATCH_HALVED -> {
                ConvLayer halving = ConvLayer.dense(name + "2", channels, channels, Window.patch(2));
                yield List.of(patches, norm, norm(name + "3", channels), halving);
            }
            case OVERLAP, OVERLAP_ACT -> overlapping(name, norm);
        };
    }

    private List<Layer> overlapping(String name, NormLayer norm) {
        int width = design.stem().width();
        Window window = Window.centred(OVERLAP_KERNEL, 2, 1);
        List<Layer> layers = new ArrayList<>();
        layers.add(ConvLayer.dense(name + "0", config.inChannels(), width, window));
        if (design.stem().kind() == StemKind.OVERLAP_ACT) {
            layers.add(activation());
        }
        layers.add(ConvLayer.dense(name + "2", width, norm.channels(), window));
        layers.add(norm);
        return layers;
    }

    private List<Layer> downsample(int stage) {
        if (stage == 0) {
            return List.of();
        }
        String name = "downsample_layers." + stage + ".";
        int inputs = config.dims().get(stage - 1);
        ConvLayer conv = ConvLayer.dense(name + "1", inputs, config.dims().get(stage), halving(stage));
        return List.of(norm(name + "0", inputs), conv);
    }

    /**
     * The windows before a stage. Before a dilated one they leave the map its size: two taps that are 1 apart need one zero,
     * which timm puts below and to the right; 2 apart, one on either side.
     */
    private Window halving(int stage) {
        if (config.dilation(stage) == 1) {
            return Window.patch(2);
        }
        int dilation = Math.min(MAX_DOWNSAMPLE_DILATION, config.dilation(stage) / 2);
        int before = dilation / 2;
        return new Window(2, 1, dilation, before, dilation - before);
    }

    private List<ResidualLayer> blocks(int stage) {
        List<ResidualLayer> all = new ArrayList<>();
        for (int block = 0; block < config.depths().get(stage); block++) {
            List<Layer> branch = branch("stages." + stage + "." + block + ".", stage);
            all.add(new ResidualLayer(blocks++, branch, List.of(), List.of()));
        }
        return all;
    }

    private List<Layer> branch(String name, int stage) {
        int channels = config.dims().get(stage);
        int hidden = EXPANSION * channels;
        Window window = Window.centred(design.kernelSizes().get(stage), 1, config.dilation(stage));
        List<Layer> branch = new ArrayList<>();
        branch.add(ConvLayer.depthwise(name + "dwconv", channels, window));
        branch.add(norm(name + "norm", channels));
        branch.add(new LinearLayer(name + "pwconv1", channels, hidden));
        branch.add(activation());
        if (design.responseNorm()) {
            branch.add(new ResponseNormLayer(name + "grn", hidden));
        }
        branch.add(new LinearLayer(name + "pwconv2", hidden, channels));
        if (config.layerScale()) {
            branch.add(new LayerScaleLayer(name + "gamma", channels));
        }
        return branch;
    }

    private @Nullable NormLayer stageNorm(int stage) {
        boolean normed = design.normedStages().contains(stage);
        return normed ? norm("stage_norms." + stage, config.dims().get(stage)) : null;
    }

    private List<Layer> head() {
        HeadDesign head = design.head();
        int channels = config.dims().get(config.stages() - 1);
        NormLayer norm = new NormLayer("norm", Norm.of(design.norm()), config.headNormEps(), channels);
        List<Layer> layers = new ArrayList<>();
        if (head.norm() == NormPlace.BEFORE_POOLING) {
            layers.add(norm);
        }
        layers.add(new GlobalPoolLayer(head.pooling()));
        if (head.norm() == NormPlace.AFTER_POOLING) {
            layers.add(norm);
        }
        if (head.hidden() > 0) {
            layers.add(new LinearLayer("head_hidden", channels, head.hidden()));
            layers.add(new ActivationLayer(Activation.GELU));
        }
        if (config.classes() > 0) {
            layers.add(new LinearLayer("head", head.hidden() > 0 ? head.hidden() : channels, config.classes()));
        }
        return layers;
    }

    private NormLayer norm(String name, int channels) {
        return new NormLayer(name, Norm.of(design.norm()), config.layerNormEps(), channels);
    }

    private ActivationLayer activation() {
        return new ActivationLayer(Activation.of(design.activation()));
    }
}
