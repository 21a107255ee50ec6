package org.convnext4j.model.weights;

import java.util.Optional;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.design.StemKind;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.layers.Pooling;
import org.jspecify.annotations.Nullable;

/** Which networks the code behind each layout knows, so that no file is written that nobody can read. */
final class LayoutLimits {
    private static final int PAPER_PATCH = 4;
    private static final int RGB = 3;

    private LayoutLimits() {}

    static Optional<String> obstacle(Layout layout, ConvNeXtConfig config) {
        return Optional.ofNullable(missing(layout, config)).map(what -> layout.label() + " has no ConvNeXt " + what);
    }

    /** What a library cannot hold of how a network divides its input. */
    private static @Nullable String input(Layout layout, ConvNeXtConfig config) {
        int kernel = config.patchKernel();
        if (layout == Layout.TIMM) {
            return TimmStride.has(config)
                    ? null
                    : "with patches of " + kernel + " and an output stride of " + config.outputStride();
        }
        if (config.design().stem().kind() == StemKind.PATCH_HALVED) {
            return "with patches of " + kernel + " and a downsampling before its first stage";
        }
        if (config.design().dilatedStages() > 0) {
            return "with dilated stages, which give this one its output stride of " + config.outputStride();
        }
        if (layout != Layout.TORCHVISION) {
            return null;
        }
        if (kernel != PAPER_PATCH) {
            return "with patches of " + kernel;
        }
        if (config.inChannels() != RGB) {
            return "with " + Wording.count(config.inChannels(), "input channel");
        }
        return config.layerScale() ? null : "without layer scale";
    }

    private static @Nullable String missing(Layout layout, ConvNeXtConfig config) {
        Design design = config.design();
        boolean timm = layout == Layout.TIMM;
        boolean huggingFace = layout == Layout.HUGGINGFACE;
        if (config.stages() == 1) {
            return layout == Layout.FACEBOOK ? null : "without stages (isotropic)";
        }
        if (design.responseNorm() && layout == Layout.TORCHVISION) {
            return "V2";
        }
        @Nullable String input = input(layout, config);
        if (input != null) {
            return input;
        }
        if (design.responseNorm() && config.layerScale() && !timm) {
            return "with both layer scale and response norm";
        }
        if (design.stem().kind() == StemKind.PATCH_WITHOUT_NORM) {
            return "without a norm in its stem";
        }
        if (design.stem().kind().overlaps() && !timm) {
            return "with an overlapping stem";
        }
        if (design.norm() != NormKind.LAYER && !timm) {
            return "with norms other than LayerNorm";
        }
        if (design.activation() != ActivationKind.GELU && !timm && !huggingFace) {
            return "with an activation other than GELU";
        }
        if (design.kernelSizes().stream().anyMatch(kernel -> kernel != Design.KERNEL) && !timm) {
            return "with other kernels than 7x7";
        }
        if (design.head().norm() == NormPlace.BEFORE_POOLING && !timm) {
            return "with its last norm before the pooling";
        }
        if (design.head().hidden() > 0 && !timm) {
            return "with a hidden layer in its head";
        }
        if (design.head().pooling() != Pooling.AVERAGE && !timm) {
            return "with another pooling than the mean";
        }
        if (!design.normedStages().isEmpty() && !huggingFace) {
            return "with norms on its stages' maps";
        }
        boolean headless = config.classes() == 0 || design.head().norm() == NormPlace.NOWHERE;
        return headless && layout == Layout.TORCHVISION ? "without a classifier" : null;
    }
}
