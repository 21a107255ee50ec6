package org.convnext4j.model.design;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.convnext4j.engine.kernel.NormKind;

/**
 * A published network by name: the paper's sizes, timm's small and special models, ConvNeXt V2 and the isotropic ones.
 *
 * @param name such as {@code convnext-tiny}, {@code convnext-atto-ols} or {@code convnextv2-huge}
 * @param config with 1000 classes and RGB input
 */
public record KnownModel(String name, ConvNeXtConfig config) {
    private static final String PREFIX = "convnext-";
    private static final String PREFIX_V2 = "convnextv2-";

    /** All of them, the paper's sizes first. */
    public static List<KnownModel> all() {
        return KnownModels.ALL;
    }

    /** A short name for the command line: {@code tiny}, {@code atto-ols}, {@code v2-huge}. */
    public String label() {
        return name.startsWith(PREFIX_V2)
                ? "v2-" + name.substring(PREFIX_V2.length())
                : name.substring(PREFIX.length());
    }

    /**
     * The model of this name or label, in any case and with underscores or hyphens, such as timm's
     * {@code convnextv2_tiny}; a timm tag after a dot ({@code convnext_tiny.fb_in1k}) is left out. Empty if there is none.
     */
    public static Optional<KnownModel> of(String name) {
        int dot = name.indexOf('.');
        String plain = (dot < 0 ? name : name.substring(0, dot))
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
        // timm puts the word test first.
        String wanted = plain.startsWith("test-convnext") ? "test" + plain.substring("test-convnext".length()) : plain;
        return all().stream()
                .filter(model -> model.name.equals(wanted) || model.label().equals(wanted))
                .findFirst();
    }

    /**
     * The model that a network is, whatever its classes, input channels, epsilons, layer scale and output stride; empty if
     * it is none.
     */
    public static Optional<KnownModel> of(ConvNeXtConfig config) {
        return all().stream().filter(model -> model.is(config, false)).findFirst();
    }

    /**
     * The model that a network is as far as the shapes of its tensors tell: these do not show the activation, nor which of
     * the norms without a bias it has. Empty if it is none.
     */
    public static Optional<KnownModel> ofShapes(ConvNeXtConfig config) {
        return all().stream().filter(model -> model.is(config, true)).findFirst();
    }

    /** Whether a network is this one as far as the shapes of its tensors tell. */
    public boolean hasShapesOf(ConvNeXtConfig other) {
        return is(other, true);
    }

    private boolean is(ConvNeXtConfig other, boolean byShapes) {
        return config.depths().equals(other.depths())
                && config.dims().equals(other.dims())
                && config.patchSize() == other.patchSize()
                && comparable(other, byShapes).equals(config.design().withPointwiseAsConv(false));
    }

    /** The design of a network without what makes no other model of it. */
    private Design comparable(ConvNeXtConfig other, boolean byShapes) {
        Design mine = config.design();
        Design design =
                other.design().withPointwiseAsConv(false).withDilatedStages(0).withNormedStages(List.of());
        if (design.head().norm() == HeadDesign.NormPlace.NOWHERE) {
            design = design.withHead(mine.head());
        }
        if (byShapes) {
            design = design.withActivation(mine.activation());
            if (design.norm() != NormKind.LAYER && mine.norm() != NormKind.LAYER) {
                design = design.withNorm(mine.norm());
            }
        }
        return design;
    }
}
