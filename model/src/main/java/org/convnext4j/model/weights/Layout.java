package org.convnext4j.model.weights;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;

/**
 * The four ways the same tensors are named. The facebook names are the paper's code and the ones this engine uses;
 * source: the released models/convnext.py, models/convnextv2.py and models/convnext_isotropic.py and the models of
 * torchvision, timm and transformers.
 */
public enum Layout {
    FACEBOOK,
    TIMM,
    TORCHVISION,
    HUGGINGFACE;

    private static final List<Part> IN_BLOCK =
            List.of(Part.GAMMA, Part.DWCONV, Part.NORM, Part.PWCONV1, Part.PWCONV2, Part.RESPONSE_NORM);

    /** How this layout names the tensors of networks that are spelled so. Parts it has no name for are left out. */
    TensorNames names(Spelling spelling) {
        return switch (this) {
            case FACEBOOK -> new TensorNames(spelling.isotropic() ? isotropic() : facebook(), true);
            case TIMM -> new TensorNames(timm(spelling), false);
            case TORCHVISION -> new TensorNames(torchvision(), false);
            case HUGGINGFACE -> new TensorNames(spelling.dinov3() ? dinov3() : huggingFace(spelling.prefix()), false);
        };
    }

    private static Map<Part, String> facebook() {
        Map<Part, String> names = new EnumMap<>(Part.class);
        names.put(Part.STEM_CONV, "downsample_layers.0.0");
        names.put(Part.STEM_NORM, "downsample_layers.0.1");
        names.put(Part.DOWNSAMPLE_NORM, "downsample_layers.{s}.0");
        names.put(Part.DOWNSAMPLE_CONV, "downsample_layers.{s}.1");
        putBlock(names, "stages.{s}.{b}.", "gamma", "dwconv", "norm", "pwconv1", "pwconv2", "grn");
        names.put(Part.HEAD_NORM, "norm");
        names.put(Part.HEAD, "head");
        return names;
    }

    private static Map<Part, String> isotropic() {
        Map<Part, String> names = new EnumMap<>(Part.class);
        names.put(Part.STEM_CONV, "stem");
        putBlock(names, "blocks.{b}.", "gamma", "dwconv", "norm", "pwconv1", "pwconv2", "grn");
        names.put(Part.HEAD_NORM, "norm");
        names.put(Part.HEAD, "head");
        return names;
    }

    private static Map<Part, String> timm(Spelling spelling) {
        Map<Part, String> names = new EnumMap<>(Part.class);
        names.put(Part.STEM_CONV, "stem.0");
        switch (spelling.stem()) {
            case OVERLAP -> {
                names.put(Part.STEM_CONV2, "stem.1");
                names.put(Part.STEM_NORM, "stem.2");
            }
            case OVERLAP_ACT -> {
                names.put(Part.STEM_CONV2, "stem.2");
                names.put(Part.STEM_NORM, "stem.3");
            }
            case PATCH_HALVED -> {
                names.put(Part.STEM_NORM, "stem.1");
                names.put(Part.STEM_NORM2, "stages.0.downsample.0");
                names.put(Part.STEM_CONV2, "stages.0.downsample.1");
            }
            default -> names.put(Part.STEM_NORM, "stem.1");
        }
        names.put(Part.DOWNSAMPLE_NORM, "stages.{s}.downsample.0");
        names.put(Part.DOWNSAMPLE_CONV, "stages.{s}.downsample.1");
        putBlock(names, "stages.{s}.blocks.{b}.", "gamma", "conv_dw", "norm", "mlp.fc1", "mlp.fc2", "mlp.grn");
        names.put(Part.HEAD_NORM, spelling.normFirst() ? "norm_pre" : "head.norm");
        names.put(Part.HEAD_HIDDEN, "head.pre_logits.fc");
        names.put(Part.HEAD, "head.fc");
        return names;
    }

    private static Map<Part, String> torchvision() {
        Map<Part, String> names = new EnumMap<>(Part.class);
        names.put(Part.STEM_CONV, "features.0.0");
        names.put(Part.STEM_NORM, "features.0.1");
        names.put(Part.DOWNSAMPLE_NORM, "features.{2s}.0");
        names.put(Part.DOWNSAMPLE_CONV, "features.{2s}.1");
        putBlock(names, "features.{2s+1}.{b}.", "layer_scale", "block.0", "block.2", "block.3", "block.5");
        names.put(Part.HEAD_NORM, "classifier.0");
        names.put(Part.HEAD, "classifier.2");
        return names;
    }

    private static Map<Part, String> huggingFace(String prefix) {
        Map<Part, String> names = new EnumMap<>(Part.class);
        names.put(Part.STEM_CONV, prefix + "embeddings.patch_embeddings");
        names.put(Part.STEM_NORM, prefix + "embeddings.layernorm");
        String stage = prefix + "encoder.stages.{s}.";
        names.put(Part.DOWNSAMPLE_NORM, stage + "downsampling_layer.0");
        names.put(Part.DOWNSAMPLE_CONV, stage + "downsampling_layer.1");
        putBlock(
                names,
                stage + "layers.{b}.",
                "layer_scale_parameter",
                "dwconv",
                "layernorm",
                "pwconv1",
                "pwconv2",
                "grn");
        names.put(Part.STAGE_NORM, "hidden_states_norms.stage{s+1}");
        names.put(Part.HEAD_NORM, prefix + "layernorm");
        names.put(Part.HEAD, "classifier");
        return names;
    }

    /** Those of DINOv3ConvNextModel, which counts its stem as a downsampling. */
    private static Map<Part, String> dinov3() {
        Map<Part, String> names = new EnumMap<>(Part.class);
        names.put(Part.STEM_CONV, "stages.0.downsample_layers.0");
        names.put(Part.STEM_NORM, "stages.0.downsample_layers.1");
        names.put(Part.DOWNSAMPLE_NORM, "stages.{s}.downsample_layers.0");
        names.put(Part.DOWNSAMPLE_CONV, "stages.{s}.downsample_layers.1");
        putBlock(
                names,
                "stages.{s}.layers.{b}.",
                "gamma",
                "depthwise_conv",
                "layer_norm",
                "pointwise_conv1",
                "pointwise_conv2");
        names.put(Part.HEAD_NORM, "layer_norm");
        return names;
    }

    private static void putBlock(Map<Part, String> names, String block, String... parts) {
        for (int i = 0; i < parts.length; i++) {
            names.put(IN_BLOCK.get(i), block + parts[i]);
        }
    }

    /** The name on a command line: {@code facebook}, {@code timm}, {@code torchvision} or {@code huggingface}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The layout with this {@link #label}, in any case; empty if there is none. */
    public static Optional<Layout> of(String label) {
        for (Layout layout : values()) {
            if (layout.label().equalsIgnoreCase(label)) {
                return Optional.of(layout);
            }
        }
        return Optional.empty();
    }

    /**
     * The layout of a file with these tensor names, told by the name of the stem's convolution, which no two layouts
     * share; empty if it is none of the four.
     */
    public static Optional<Layout> detect(Collection<String> tensorNames) {
        if (tensorNames.contains("downsample_layers.0.0.weight") || tensorNames.contains("stem.weight")) {
            return Optional.of(FACEBOOK);
        }
        if (tensorNames.contains("features.0.0.weight")) {
            return Optional.of(TORCHVISION);
        }
        if (tensorNames.contains("stem.0.weight")) {
            return Optional.of(TIMM);
        }
        if (tensorNames.contains(Spelling.DINOV3_STEM)) {
            return Optional.of(HUGGINGFACE);
        }
        for (String prefix : List.of("convnext.", "convnextv2.", "")) {
            if (tensorNames.contains(prefix + "embeddings.patch_embeddings.weight")) {
                return Optional.of(HUGGINGFACE);
            }
        }
        return Optional.empty();
    }

    /**
     * Why a network cannot be written in this layout: its code knows no such network. Empty if it can.
     *
     * @return a clause for a message, such as {@code torchvision has no ConvNeXt V2}
     */
    public Optional<String> obstacle(ConvNeXtConfig config) {
        return LayoutLimits.obstacle(this, config);
    }

    /**
     * The facebook name of the tensor of a network of the paper's design that this layout calls {@code name}; empty if
     * this layout has no such tensor.
     */
    public Optional<String> toFacebook(String name) {
        return names(Spelling.PAPER).parse(name).map(FACEBOOK.names(Spelling.PAPER)::format);
    }

    /**
     * This layout's name of the tensor of a network of the paper's design that facebook calls {@code name}; empty if
     * facebook has no such tensor.
     */
    public Optional<String> fromFacebook(String name) {
        return FACEBOOK.names(Spelling.PAPER).parse(name).map(names(Spelling.PAPER)::format);
    }

    /** The shape this layout gives a tensor, where that is not the one all others give. */
    List<Long> shape(TensorSpec spec, boolean pointwiseAsConv) {
        List<Long> shape = spec.shape().dims().stream().map(Integer::longValue).toList();
        Part part = spec.id().part();
        if (part == Part.GAMMA && this == TORCHVISION) {
            return List.of(shape.get(0), 1L, 1L);
        }
        if (part == Part.RESPONSE_NORM && (this == FACEBOOK || this == HUGGINGFACE)) {
            return List.of(1L, 1L, 1L, shape.get(0));
        }
        boolean pointwise = part == Part.PWCONV1 || part == Part.PWCONV2;
        if (pointwise && !spec.id().bias() && pointwiseAsConv && this == TIMM) {
            return List.of(shape.get(0), shape.get(1), 1L, 1L);
        }
        return shape;
    }
}
