package org.convnext4j.model.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.image.ConfigException;
import org.convnext4j.model.image.JsonFields;
import org.convnext4j.model.image.JsonFile;
import org.convnext4j.model.image.OpenClipConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration beside the weights says about a network. Three kinds are known: timm's {@code config.json}, with
 * {@code architecture} and, where the weights need them, the constructor's arguments in {@code model_args}; Hugging
 * Face's; and open_clip's {@code open_clip_config.json}.
 *
 * @param source what to call the file; empty if there is none
 * @param architecture the name that the file gives the network
 * @param complete whether what it does not say is as the architecture, or else the paper, has it
 * @param claims what the shapes of the tensors must bear out, or else the file is of another network
 * @param settings what they do not show
 */
record ConfigHints(
        String source, Optional<String> architecture, boolean complete, List<Claim> claims, Settings settings) {
    /** Nothing. */
    static final ConfigHints NONE = new ConfigHints("", Optional.empty(), false, List.of(), Settings.NONE);

    private static final Map<String, ActivationKind> ACTIVATIONS = Map.ofEntries(
            Map.entry("gelu", ActivationKind.GELU),
            Map.entry("gelu_python", ActivationKind.GELU),
            Map.entry("gelu_tanh", ActivationKind.GELU_TANH),
            Map.entry("gelu_new", ActivationKind.GELU_TANH),
            Map.entry("gelu_fast", ActivationKind.GELU_TANH),
            Map.entry("gelu_accurate", ActivationKind.GELU_TANH),
            Map.entry("gelu_pytorch_tanh", ActivationKind.GELU_TANH),
            Map.entry("silu", ActivationKind.SILU),
            Map.entry("swish", ActivationKind.SILU));

    ConfigHints {
        claims = List.copyOf(claims);
    }

    /**
     * What the file beside a checkpoint says.
     *
     * @throws ConfigException if it is malformed, or says something that is not supported
     */
    static ConfigHints beside(Path checkpoint) {
        Path openClip = checkpoint.resolveSibling(OpenClipConfig.FILE);
        boolean isOpenClip = Files.isRegularFile(openClip);
        if (isOpenClip && OpenClipConfig.belongsTo(checkpoint)) {
            return OpenClipHints.read(openClip);
        }
        Path config = checkpoint.resolveSibling("config.json");
        if (!Files.isRegularFile(config)) {
            return isOpenClip ? OpenClipHints.read(openClip) : NONE;
        }
        JsonFields root = new JsonFields(config.toString(), "", JsonFile.read(config));
        if (root.has("architecture")) {
            return TimmHints.of(config.toString(), root);
        }
        String type = root.text("model_type", "");
        return type.startsWith("convnext") || type.startsWith("dinov3_convnext")
                ? HuggingFaceHints.of(config.toString(), type, root)
                : NONE;
    }

    /** The activation of a field; empty if the field is absent or null. */
    static Optional<ActivationKind> activation(JsonFields fields, String field) {
        return word(fields, field, ACTIVATIONS);
    }

    /** What a word in a field stands for; empty if the field is absent or null. */
    static <T> Optional<T> word(JsonFields fields, String field, Map<String, T> known) {
        if (!fields.has(field)) {
            return Optional.empty();
        }
        @Nullable T value = known.get(fields.text(field, "").toLowerCase(Locale.ROOT));
        if (value == null) {
            throw fields.bad(
                    field,
                    "one of "
                            + String.join(", ", known.keySet().stream().sorted().toList()));
        }
        return Optional.of(value);
    }

    /** The epsilon in a field: from 0, which PyTorch takes too, to 1. */
    static double epsilon(JsonFields fields, String field, double otherwise) {
        double eps = fields.number(field, otherwise);
        if (eps < 0 || eps > 1) {
            throw fields.bad(field, "a number from 0 to 1");
        }
        return eps;
    }

    /** The published network of that name. */
    Optional<KnownModel> model() {
        return architecture.flatMap(KnownModel::of);
    }

    /** The fields that contradict the shapes of these tensors. */
    List<String> contradictions(ConvNeXtConfig seen) {
        return claims.stream()
                .filter(claim -> !claim.holds(seen))
                .map(Claim::field)
                .toList();
    }

    /** Whether the file leaves nothing open. */
    boolean settles(ConvNeXtConfig config) {
        return complete || architecture.equals(Optional.of(config.name()));
    }
}
