package org.convnext4j.model.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.KnownModel;
import org.convnext4j.model.image.ConfigException;
import org.convnext4j.model.image.JsonFields;
import org.convnext4j.model.image.JsonFile;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code config.json} says about a network that the shapes of its tensors do not. Two kinds are known: timm's, with
 * {@code architecture} and, where the weights need them, the constructor's arguments in {@code model_args}; and Hugging
 * Face's.
 *
 * @param source what to call the file; empty if there is none
 * @param architecture the name that the file gives the network
 * @param complete whether what it does not say is as the architecture, or else the paper, has it
 * @param depths blocks of each stage; empty if the file does not say
 * @param dims channels of each stage; empty if the file does not say
 * @param norm the kind of norms
 * @param activation of the blocks
 * @param normEps of all norms but the head's
 * @param headNormEps of the head's norm
 * @param outputStride of the last stage
 */
record ConfigHints(
        String source,
        Optional<String> architecture,
        boolean complete,
        List<Integer> depths,
        List<Integer> dims,
        Optional<NormKind> norm,
        Optional<ActivationKind> activation,
        OptionalDouble normEps,
        OptionalDouble headNormEps,
        OptionalInt outputStride) {
    /** Nothing. */
    static final ConfigHints NONE = new ConfigHints(
            "",
            Optional.empty(),
            false,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty());

    /**
     * What Hugging Face's class has by default. The published models were trained with 1e-6, and the class's own code runs
     * all norms but the last with that.
     */
    private static final double HUGGING_FACE_EPS = 1e-12;

    private static final Map<String, NormKind> NORMS = Map.of(
            "layernorm", NormKind.LAYER,
            "layernorm2d", NormKind.LAYER,
            "simplenorm", NormKind.SIMPLE,
            "simplenorm2d", NormKind.SIMPLE,
            "rmsnorm", NormKind.RMS,
            "rmsnorm2d", NormKind.RMS);

    private static final Map<String, ActivationKind> ACTIVATIONS = Map.of(
            "gelu", ActivationKind.GELU,
            "gelu_tanh", ActivationKind.GELU_TANH,
            "gelu_new", ActivationKind.GELU_TANH,
            "gelu_pytorch_tanh", ActivationKind.GELU_TANH,
            "silu", ActivationKind.SILU,
            "swish", ActivationKind.SILU);

    ConfigHints {
        depths = List.copyOf(depths);
        dims = List.copyOf(dims);
    }

    /**
     * What the file beside a checkpoint says.
     *
     * @throws ConfigException if it is malformed, or says something that is not supported
     */
    static ConfigHints beside(Path checkpoint) {
        Path config = checkpoint.resolveSibling("config.json");
        if (!Files.isRegularFile(config)) {
            return NONE;
        }
        JsonFields root = new JsonFields(config.toString(), "", JsonFile.read(config));
        if (root.has("architecture")) {
            return timm(config.toString(), root);
        }
        return root.text("model_type", "").startsWith("convnext") ? huggingFace(config.toString(), root) : NONE;
    }

    private static ConfigHints timm(String source, JsonFields root) {
        Optional<String> architecture = Optional.of(root.text("architecture", ""));
        if (!root.has("model_args")) {
            return new ConfigHints(
                    source,
                    architecture,
                    false,
                    NONE.depths,
                    NONE.dims,
                    NONE.norm,
                    NONE.activation,
                    NONE.normEps,
                    NONE.headNormEps,
                    NONE.outputStride);
        }
        JsonFields args = root.object("model_args");
        OptionalDouble eps =
                args.has("norm_eps") ? OptionalDouble.of(args.number("norm_eps", 0)) : OptionalDouble.empty();
        return new ConfigHints(
                source,
                architecture,
                true,
                args.sizes("depths"),
                args.sizes("dims"),
                word(args, "norm_layer", NORMS),
                word(args, "act_layer", ACTIVATIONS),
                eps,
                eps,
                args.has("output_stride") ? OptionalInt.of(args.size("output_stride", 0)) : OptionalInt.empty());
    }

    private static ConfigHints huggingFace(String source, JsonFields root) {
        double headEps = root.number("layer_norm_eps", HUGGING_FACE_EPS);
        return new ConfigHints(
                source,
                Optional.empty(),
                true,
                root.sizes("depths"),
                root.sizes("hidden_sizes"),
                Optional.empty(),
                word(root, "hidden_act", ACTIVATIONS).or(() -> Optional.of(ActivationKind.GELU)),
                OptionalDouble.of(ConvNeXtConfig.LAYER_NORM_EPS),
                headEps == HUGGING_FACE_EPS ? OptionalDouble.empty() : OptionalDouble.of(headEps),
                OptionalInt.empty());
    }

    private static <T> Optional<T> word(JsonFields fields, String field, Map<String, T> known) {
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

    /** The published network of that name. */
    Optional<KnownModel> model() {
        return architecture.flatMap(KnownModel::of);
    }

    /** Whether it does not contradict the shapes of these tensors. */
    boolean describes(ConvNeXtConfig seen) {
        boolean sameDepths = depths.isEmpty() || depths.equals(seen.depths());
        boolean sameDims = dims.isEmpty() || dims.equals(seen.dims());
        // timm's model_args may change any part of a published network.
        boolean changed = !depths.isEmpty() || !dims.isEmpty();
        boolean sameModel = changed
                || model().map(model -> model.config().dims().equals(seen.dims()))
                        .orElse(true);
        return sameDepths && sameDims && sameModel;
    }

    /** Whether the file leaves nothing open. */
    boolean settles(ConvNeXtConfig config) {
        return complete || architecture.equals(Optional.of(config.name()));
    }
}
