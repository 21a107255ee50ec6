package org.convnext4j.model.weights;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The four ways the same tensors are named. The facebook names are the paper's code and the ones this engine uses;
 * source: the released models/convnext.py and the models of torchvision, timm and transformers.
 */
@SuppressWarnings("ImmutableEnumChecker") // TensorNames never changes
public enum Layout {
    FACEBOOK(names(
            "downsample_layers.0.0",
            "downsample_layers.0.1",
            "downsample_layers.{s}.0",
            "downsample_layers.{s}.1",
            "stages.{s}.{b}.",
            List.of("gamma", "dwconv", "norm", "pwconv1", "pwconv2"),
            "norm",
            "head")),
    TIMM(names(
            "stem.0",
            "stem.1",
            "stages.{s}.downsample.0",
            "stages.{s}.downsample.1",
            "stages.{s}.blocks.{b}.",
            List.of("gamma", "conv_dw", "norm", "mlp.fc1", "mlp.fc2"),
            "head.norm",
            "head.fc")),
    TORCHVISION(names(
            "features.0.0",
            "features.0.1",
            "features.{2s}.0",
            "features.{2s}.1",
            "features.{2s+1}.{b}.",
            List.of("layer_scale", "block.0", "block.2", "block.3", "block.5"),
            "classifier.0",
            "classifier.2")),
    HUGGINGFACE(names(
            "convnext.embeddings.patch_embeddings",
            "convnext.embeddings.layernorm",
            "convnext.encoder.stages.{s}.downsampling_layer.0",
            "convnext.encoder.stages.{s}.downsampling_layer.1",
            "convnext.encoder.stages.{s}.layers.{b}.",
            List.of("layer_scale_parameter", "dwconv", "layernorm", "pwconv1", "pwconv2"),
            "convnext.layernorm",
            "classifier"));

    private final TensorNames names;

    Layout(TensorNames names) {
        this.names = names;
    }

    private static TensorNames names(
            String stemConv,
            String stemNorm,
            String downsampleNorm,
            String downsampleConv,
            String block,
            List<String> blockParts,
            String headNorm,
            String head) {
        Map<Part, String> templates = new EnumMap<>(Part.class);
        templates.put(Part.STEM_CONV, stemConv);
        templates.put(Part.STEM_NORM, stemNorm);
        templates.put(Part.DOWNSAMPLE_NORM, downsampleNorm);
        templates.put(Part.DOWNSAMPLE_CONV, downsampleConv);
        List<Part> inBlock = List.of(Part.GAMMA, Part.DWCONV, Part.NORM, Part.PWCONV1, Part.PWCONV2);
        for (int i = 0; i < inBlock.size(); i++) {
            templates.put(inBlock.get(i), block + blockParts.get(i));
        }
        templates.put(Part.HEAD_NORM, headNorm);
        templates.put(Part.HEAD, head);
        return new TensorNames(templates);
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
        if (tensorNames.contains("downsample_layers.0.0.weight")) {
            return Optional.of(FACEBOOK);
        }
        if (tensorNames.contains("features.0.0.weight")) {
            return Optional.of(TORCHVISION);
        }
        if (tensorNames.contains("stem.0.weight")) {
            return Optional.of(TIMM);
        }
        if (tensorNames.contains("convnext.embeddings.patch_embeddings.weight")
                || tensorNames.contains("embeddings.patch_embeddings.weight")) {
            return Optional.of(HUGGINGFACE);
        }
        return Optional.empty();
    }

    /** The facebook name of the tensor that this layout calls {@code name}; empty if this layout has no such tensor. */
    public Optional<String> toFacebook(String name) {
        return names.parse(name).map(FACEBOOK.names::format);
    }

    /** This layout's name of the tensor that facebook calls {@code name}; empty if facebook has no such tensor. */
    public Optional<String> fromFacebook(String name) {
        return FACEBOOK.names.parse(name).map(names::format);
    }

    /** The shape this layout gives a gamma; all other shapes are common. */
    List<Long> gammaShape(long channels) {
        return this == TORCHVISION ? List.of(channels, 1L, 1L) : List.of(channels);
    }

    String format(TensorId id) {
        return names.format(id);
    }

    Optional<TensorId> parse(String name) {
        return names.parse(name);
    }
}
