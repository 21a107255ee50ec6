package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.image.ConfigException;

/**
 * Settles what the shapes of a network's tensors leave open: by the configuration beside the file, by the published
 * network that the caller names or that alone has these shapes, or else as in the paper, which the user is told.
 */
final class DesignInference {
    private final Path path;
    private final ConvNeXtConfig seen;
    private final List<Assumption> assumptions = new ArrayList<>();

    private DesignInference(Path path, ConvNeXtConfig seen) {
        this.path = path;
        this.seen = seen;
    }

    /**
     * A network, settled.
     *
     * @param config of the network
     * @param assumptions what neither the caller nor a configuration nor a published network settled
     */
    record Settled(ConvNeXtConfig config, List<Assumption> assumptions) {
        Settled {
            assumptions = List.copyOf(assumptions);
        }
    }

    /**
     * Settles a network.
     *
     * @param path of the checkpoint
     * @param layout of the checkpoint
     * @param spelling of its tensors' names
     * @param seen what the shapes show
     * @throws CheckpointException if the file is not of the network that the caller names, or cannot have the output stride
     *     asked for
     * @throws ConfigException if the configuration beside the file is malformed or asks for what is not supported
     */
    static Settled settle(Path path, Layout layout, Spelling spelling, ConvNeXtConfig seen, LoadOptions options) {
        return new DesignInference(path, seen).settle(layout, spelling, options);
    }

    private Settled settle(Layout layout, Spelling spelling, LoadOptions options) {
        Optional<KnownModel> named = options.architecture();
        named.ifPresent(this::requireShapes);
        ConfigHints hints = named.isPresent() ? ConfigHints.NONE : hints();
        // What model_args do not change is as the architecture has it, whatever sizes they give it.
        Optional<KnownModel> known = named.or(() -> hints.model()
                .filter(model -> hints.complete() || model.hasShapesOf(seen))
                .or(() -> KnownModel.ofShapes(seen)));
        Settings said = hints.settings();
        Optional<ConvNeXtConfig> base = known.map(KnownModel::config);
        Design design = seen.design();
        if (design.norm() != NormKind.LAYER) {
            design = design.withNorm(norm(hints, base));
        }
        design = design.withActivation(said.activation()
                .or(() -> base.map(config -> config.design().activation()))
                .orElse(design.activation()));
        if (layout != Layout.TIMM) {
            design = design.withPointwiseAsConv(
                    base.map(config -> config.design().pointwiseAsConv()).orElse(false));
        }
        design = design.withHead(
                design.head().withPooling(said.pooling().orElse(design.head().pooling())));
        double eps =
                said.normEps().orElse(base.map(ConvNeXtConfig::layerNormEps).orElse(seen.layerNormEps()));
        // Hugging Face's code has an epsilon of its own in the head, which the code of other layouts lacks.
        boolean ownHead = layout == Layout.HUGGINGFACE || hints.architecture().isPresent();
        double headEps = (ownHead ? said.headNormEps() : said.normEps()).orElse(headEps(layout, spelling, base));
        ConvNeXtConfig network = seen.withDesign(design).withLayerNormEps(eps).withHeadNormEps(headEps);
        ConvNeXtConfig config = strided(network, layout, hints, options);
        if (base.isEmpty() && !hints.settles(config)) {
            assumptions.add(new Assumption(
                    "neither its tensors nor a configuration beside it say its activation, epsilon and output stride: "
                            + "taken for GELU, 1e-6 and " + config.outputStride() + ", as in the paper",
                    false));
        }
        return new Settled(config, assumptions);
    }

    /** Of the head's norm, where no configuration says it: Hugging Face's code has its own for whatever network. */
    private double headEps(Layout layout, Spelling spelling, Optional<ConvNeXtConfig> base) {
        if (layout == Layout.HUGGINGFACE) {
            return spelling.dinov3() ? ConvNeXtConfig.LAYER_NORM_EPS : HuggingFaceHints.HEAD_EPS;
        }
        return base.map(ConvNeXtConfig::headNormEps).orElse(seen.headNormEps());
    }

    private ConfigHints hints() {
        ConfigHints hints = ConfigHints.beside(path);
        List<String> contradictions = hints.contradictions(seen);
        if (!contradictions.isEmpty()) {
            assumptions.add(new Assumption(
                    hints.source() + " describes another network (the tensors contradict its "
                            + String.join(", ", contradictions) + "), so it says nothing about this one",
                    true));
            return ConfigHints.NONE;
        }
        return hints;
    }

    private void requireShapes(KnownModel model) {
        if (!model.hasShapesOf(seen)) {
            throw new CheckpointException(
                    path, "is not a " + model.name() + ": its tensors are those of " + seen.name());
        }
    }

    private NormKind norm(ConfigHints hints, Optional<ConvNeXtConfig> base) {
        Optional<NormKind> said = hints.settings()
                .norm()
                .or(() -> base.map(config -> config.design().norm()))
                .filter(kind -> kind != NormKind.LAYER);
        if (said.isEmpty()) {
            assumptions.add(new Assumption(
                    "its norms have no bias, so they are rmsnorm or simplenorm, and no configuration beside it says"
                            + " which: taken for rmsnorm; timm's config.json beside the file settles it",
                    true));
        }
        return said.orElse(seen.design().norm());
    }

    private ConvNeXtConfig strided(ConvNeXtConfig config, Layout layout, ConfigHints hints, LoadOptions options) {
        OptionalInt wanted = options.outputStride().isPresent()
                ? options.outputStride()
                : hints.settings().outputStride();
        if (layout == Layout.TIMM) {
            int stride = wanted.orElse(TimmStride.DEFAULT);
            if (TimmStride.ALLOWED.contains(stride)) {
                return TimmStride.apply(config, stride);
            }
        }
        if (wanted.isEmpty()) {
            return config;
        }
        try {
            return config.withOutputStride(wanted.getAsInt());
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(path, "cannot be read so: " + e.getMessage(), e);
        }
    }
}
