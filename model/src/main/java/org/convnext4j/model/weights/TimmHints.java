package org.convnext4j.model.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.design.StemKind;
import org.convnext4j.model.image.JsonFields;
import org.convnext4j.model.image.OwnFields;
import org.convnext4j.model.layers.Pooling;

/**
 * Reads timm's {@code config.json}. Every argument of timm's ConvNeXt is known: it is honoured, compared with the tensors,
 * of no effect on inference, or refused by its name.
 */
final class TimmHints {
    /** {@code global_pool}; catavgmax, which doubles the channels, and no pooling are not supported. */
    static final Map<String, Pooling> POOLINGS = Map.of(
            "avg", Pooling.AVERAGE,
            "fast", Pooling.AVERAGE,
            "fastavg", Pooling.AVERAGE,
            "max", Pooling.MAX,
            "fastmax", Pooling.MAX,
            "avgmax", Pooling.AVERAGE_MAX,
            "fastavgmax", Pooling.AVERAGE_MAX);

    /** In {@link OwnFields#NAME}, the epsilon of the head's norm. */
    static final String HEAD_EPS = "head_norm_eps";

    private static final Map<String, NormKind> NORMS = Map.of(
            "layernorm", NormKind.LAYER,
            "layernorm2d", NormKind.LAYER,
            "simplenorm", NormKind.SIMPLE,
            "simplenorm2d", NormKind.SIMPLE,
            "rmsnorm", NormKind.RMS,
            "rmsnorm2d", NormKind.RMS);

    private static final Map<String, StemKind> STEMS = Map.of(
            "patch", StemKind.PATCH,
            "overlap", StemKind.OVERLAP,
            "overlap_tiered", StemKind.OVERLAP,
            "overlap_act", StemKind.OVERLAP_ACT);

    /** Starting values, what only training does, and how pointwise weights are stored. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("head_init_scale", "drop_rate", "drop_path_rate", "conv_mlp", "device", "dtype");

    private static final Set<String> HONOURED = Set.of(
            "in_chans",
            "num_classes",
            "global_pool",
            "output_stride",
            "depths",
            "dims",
            "kernel_sizes",
            "ls_init_value",
            "stem_type",
            "patch_size",
            "head_norm_first",
            "head_hidden_size",
            "conv_bias",
            "use_grn",
            "act_layer",
            "norm_layer",
            "norm_eps");

    private final JsonFields root;
    private final JsonFields args;
    private final List<Claim> claims = new ArrayList<>();

    private TimmHints(JsonFields root, JsonFields args) {
        this.root = root;
        this.args = args;
    }

    static ConfigHints of(String source, JsonFields root) {
        return new TimmHints(root, root.optional("model_args")).read(source);
    }

    private ConfigHints read(String source) {
        String architecture = root.text("architecture", "");
        for (String argument : args.names()) {
            if (!HONOURED.contains(argument) && !WITHOUT_EFFECT.contains(argument)) {
                throw args.unusable(
                        argument,
                        "is no argument of timm's ConvNeXt that is known here; remove it if it has no effect");
            }
        }
        if (!args.flag("conv_bias", true)) {
            throw args.bad("conv_bias", "true: networks without biases are not supported");
        }
        claimShapes(architecture);
        boolean complete = root.has("model_args");
        OptionalDouble eps = OptionalDouble.empty();
        if (args.has("norm_eps")) {
            eps = OptionalDouble.of(ConfigHints.epsilon(args, "norm_eps", 0));
        } else if (args.isNull("norm_eps")) {
            // An explicit null takes the epsilon of the norm's class, whatever the architecture has.
            eps = OptionalDouble.of(ConvNeXtConfig.LAYER_NORM_EPS);
        }
        Settings settings = new Settings(
                ConfigHints.word(args, "norm_layer", NORMS),
                ConfigHints.activation(args, "act_layer"),
                eps,
                headEps(eps),
                args.has("output_stride") ? OptionalInt.of(args.size("output_stride", 0)) : OptionalInt.empty(),
                pooling());
        return new ConfigHints(source, Optional.of(architecture), complete, claims, settings);
    }

    /** timm has one epsilon for all norms; what is added for others it does not read. */
    private OptionalDouble headEps(OptionalDouble eps) {
        JsonFields own = root.optional(OwnFields.NAME);
        return own.has(HEAD_EPS) ? OptionalDouble.of(ConfigHints.epsilon(own, HEAD_EPS, 0)) : eps;
    }

    private Optional<Pooling> pooling() {
        if (args.has("global_pool") && args.text("global_pool", "").isEmpty()) {
            throw args.bad("global_pool", "\"avg\", \"max\" or \"avgmax\": a map without pooling is not supported");
        }
        return ConfigHints.word(args, "global_pool", POOLINGS);
    }

    private void claimShapes(String architecture) {
        // Arguments may change any part of a published network; without any of its sizes it has those.
        if (!args.has("depths") && !args.has("dims")) {
            KnownModel.of(architecture)
                    .ifPresent(model ->
                            claims.add(new Claim("architecture", model.config().dims(), ConvNeXtConfig::dims)));
        }
        if (args.has("depths")) {
            claim("depths", args.sizes("depths"), ConvNeXtConfig::depths);
        }
        if (args.has("dims")) {
            claim("dims", args.sizes("dims"), ConvNeXtConfig::dims);
        }
        if (args.has("in_chans")) {
            claim("in_chans", args.size("in_chans", 0), ConvNeXtConfig::inChannels);
        }
        if (args.has("kernel_sizes")) {
            List<Integer> kernels = args.sizes("kernel_sizes", ConvNeXtConfig.STAGES);
            claim("kernel_sizes", kernels, seen -> seen.design().kernelSizes());
        }
        if (args.has("patch_size") && STEMS.get(args.text("stem_type", "patch")) == StemKind.PATCH) {
            claim("patch_size", args.size("patch_size", 0), ConvNeXtConfig::patchKernel);
        }
        if (args.has("ls_init_value")) {
            args.number("ls_init_value", 0);
            claim("ls_init_value", true, ConvNeXtConfig::layerScale);
        } else if (args.isNull("ls_init_value")) {
            claim("ls_init_value", false, ConvNeXtConfig::layerScale);
        }
        ConfigHints.word(args, "stem_type", STEMS).ifPresent(stem -> claim("stem_type", stem, TimmHints::stemType));
        if (args.has("use_grn")) {
            claim("use_grn", args.flag("use_grn", false), seen -> seen.design().responseNorm());
        }
        claimHead();
    }

    /** timm's patches of 2 have no word of their own. */
    private static StemKind stemType(ConvNeXtConfig seen) {
        StemKind kind = seen.design().stem().kind();
        return kind == StemKind.PATCH_HALVED ? StemKind.PATCH : kind;
    }

    private void claimHead() {
        if (args.has("head_norm_first")) {
            claim(
                    "head_norm_first",
                    args.flag("head_norm_first", false),
                    seen -> seen.design().head().norm() == NormPlace.BEFORE_POOLING);
        }
        if (args.has("head_hidden_size")) {
            claim(
                    "head_hidden_size",
                    args.size("head_hidden_size", 0),
                    seen -> seen.design().head().hidden());
        }
    }

    private void claim(String argument, Object value, Function<ConvNeXtConfig, Object> shown) {
        claims.add(new Claim("model_args." + argument, value, shown));
    }
}
