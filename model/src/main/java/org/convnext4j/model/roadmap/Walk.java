package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.roadmap.BlockDesign.Bottleneck;
import org.convnext4j.model.roadmap.BlockDesign.Kept;
import org.convnext4j.model.roadmap.BlockDesign.Position;
import org.convnext4j.model.roadmap.BlockDesign.Spatial;

/** Both walks, step by step; source: the paper's tables 10 and 11 and the authors' code of them. */
final class Walk {
    private static final double[] ACCURACY_50 = {
        76.13, 78.82, 79.36, 79.51, 78.28, 80.50, 80.64, 79.92, 80.35, 80.57, 80.57, 80.47, 80.62, 81.27, 81.41, 81.47,
        81.97
    };
    private static final double[] GFLOPS_50 = {
        4.09, 4.09, 4.53, 4.42, 2.35, 5.27, 4.64, 4.07, 4.10, 4.15, 4.21, 4.29, 4.15, 4.15, 4.15, 4.46, 4.49
    };
    private static final double[] ACCURACY_200 = {
        78.20, 81.14, 81.33, 81.59, 80.54, 81.85, 82.64, 82.04, 82.32, 82.30, 82.27, 82.18, 82.19, 82.71, 83.17, 83.35,
        83.60
    };
    private static final double[] GFLOPS_200 = {
        15.01, 15.01, 14.52, 14.38, 7.23, 16.76, 15.68, 14.63, 14.70, 14.81, 14.95, 15.13, 14.81, 14.81, 14.81, 14.81,
        15.35
    };

    private final Regime regime;
    private final double[] accuracy;
    private final double[] gflops;
    private final List<RoadmapStep> steps = new ArrayList<>();

    private Walk(Regime regime, double[] accuracy, double[] gflops) {
        this.regime = regime;
        this.accuracy = accuracy;
        this.gflops = gflops;
    }

    static List<RoadmapStep> of(Regime regime) {
        return switch (regime) {
            case RESNET_50 -> {
                RoadmapNetwork resNet = RoadmapNetwork.resNet(List.of(3, 4, 6, 3), 64);
                RoadmapNetwork ratio = resNet.withDepths(List.of(3, 3, 9, 3));
                yield new Walk(regime, ACCURACY_50, GFLOPS_50)
                        .from(resNet, ratio, "3, 3, 9, 3 blocks in the stages", 96);
            }
            case RESNET_200 -> {
                RoadmapNetwork resNet = RoadmapNetwork.resNet(List.of(3, 24, 36, 3), 64);
                // The narrower stages of the first walk's ratio would cost fewer multiply-adds; the width makes up for
                // it.
                RoadmapNetwork ratio = resNet.withDepths(List.of(3, 3, 27, 3)).withWidth(84);
                yield new Walk(regime, ACCURACY_200, GFLOPS_200)
                        .from(resNet, ratio, "3, 3, 27, 3 blocks in the stages, width 64 to 84", 128);
            }
        };
    }

    private List<RoadmapStep> from(RoadmapNetwork resNet, RoadmapNetwork ratio, String ratioChange, int width) {
        String name = "ResNet-" + regime.layers();
        step("resnet", name + ", trained the old way", resNet, Recipe.PLAIN);
        step("recipe", "modern training recipe", resNet);
        step("stage-ratio", ratioChange, ratio);
        RoadmapNetwork patchify = ratio.withStem(Stem.PATCHIFY);
        step("patchify", "stem of 4x4 patches", patchify);
        RoadmapNetwork depthwise = patchify.withSpatial(Spatial.DEPTHWISE);
        step("depthwise", "depthwise instead of dense 3x3 convolution", depthwise);
        RoadmapNetwork wide = depthwise.withWidth(width);
        step("width", "width " + depthwise.width() + " to " + width, wide);
        RoadmapNetwork inverted = wide.withBottleneck(Bottleneck.INVERTED);
        step("inverted", "inverted bottleneck", inverted);
        RoadmapNetwork moved = inverted.withPosition(Position.FIRST);
        step("move-up", "depthwise convolution moved up", moved);
        RoadmapNetwork kernel5 = moved.withKernel(5);
        step("kernel-5", "kernel size 3 to 5", kernel5);
        RoadmapNetwork kernel7 = kernel5.withKernel(7);
        step("kernel-7", "kernel size 5 to 7", kernel7);
        // Tried only: the walk goes on from 7.
        RoadmapNetwork kernel9 = kernel7.withKernel(9);
        step("kernel-9", "kernel size 7 to 9 (tried)", kernel9);
        step("kernel-11", "kernel size 9 to 11 (tried)", kernel9.withKernel(11));
        RoadmapNetwork gelu = kernel7.withActivation(Activation.GELU);
        step("gelu", "kernel size 7, GELU instead of ReLU", gelu);
        RoadmapNetwork fewerActivations = gelu.withActivations(Kept.ONE);
        step("fewer-activations", "one activation in a block", fewerActivations);
        RoadmapNetwork fewerNorms = fewerActivations.withNorms(Kept.ONE);
        step("fewer-norms", "one norm in a block", fewerNorms);
        RoadmapNetwork layerNorm = fewerNorms.withNorm(Norm.LAYER);
        step("layer-norm", "LayerNorm instead of BatchNorm", layerNorm);
        // The authors' code adds the norm after the pooling in a step of its own, which the table does not have.
        RoadmapNetwork separate = layerNorm.withFinalNorm(true).withDownsampling(Downsampling.SEPARATE);
        step("separate-downsampling", "downsampling layers of their own, norm after the pooling", separate);
        return List.copyOf(steps);
    }

    private void step(String name, String change, RoadmapNetwork network) {
        step(name, change, network, Recipe.MODERN);
    }

    private void step(String name, String change, RoadmapNetwork network, Recipe recipe) {
        int number = steps.size();
        steps.add(new RoadmapStep(regime, number, name, change, network, recipe, accuracy[number], gflops[number]));
    }
}
