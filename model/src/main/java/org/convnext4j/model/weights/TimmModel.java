package org.convnext4j.model.weights;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.HeadDesign;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.design.StemKind;
import org.convnext4j.model.layers.Pooling;

/**
 * How timm calls a network: by an architecture that it has, and by the constructor's arguments, {@code model_args}, in
 * which the network differs from that. {@link TimmHints} reads the same.
 */
public final class TimmModel {
    /** Whose arguments the sizes of a network without a name replace. */
    private static final String BASE = "convnext-tiny";

    private static final String TEST = "convnext-test";
    private static final double LAYER_SCALE = 1e-6;
    private static final int PATCH = 4;
    private static final int RGB = 3;

    private TimmModel() {}

    /** Whether timm can build a network, whatever file its weights come from. */
    public static boolean has(ConvNeXtConfig network) {
        return Layout.TIMM.obstacle(network).isEmpty();
    }

    /** Such as {@code convnextv2_atto}; the network's own name if timm cannot build it, so that timm refuses it. */
    public static String architecture(ConvNeXtConfig network) {
        return has(network) ? timmName(base(network).name()) : network.name();
    }

    /** timm's name of a published network: with underscores, and the word test first. */
    static String timmName(String name) {
        String timm = name.startsWith(TEST) ? "test-convnext" + name.substring(TEST.length()) : name;
        return timm.replace('-', '_');
    }

    private static KnownModel base(ConvNeXtConfig network) {
        return KnownModel.of(network)
                .orElseGet(() -> KnownModel.of(BASE).orElseThrow(() -> new IllegalStateException(BASE)));
    }

    /** The arguments of timm's ConvNeXt in which a network differs from its {@link #architecture}; often none. */
    public static ObjectNode arguments(ConvNeXtConfig network) {
        ObjectNode args = JsonNodeFactory.instance.objectNode();
        ConvNeXtConfig base = base(network).config();
        if (!network.depths().equals(base.depths()) || !network.dims().equals(base.dims())) {
            network.depths().forEach(args.putArray("depths")::add);
            network.dims().forEach(args.putArray("dims")::add);
        }
        if (network.inChannels() != RGB) {
            args.put("in_chans", network.inChannels());
        }
        if (network.patchKernel() != PATCH && !network.design().stem().kind().overlaps()) {
            args.put("patch_size", network.patchKernel());
        }
        if (!network.layerScale() && base.layerScale()) {
            args.putNull("ls_init_value");
        } else if (network.layerScale() && !base.layerScale()) {
            args.put("ls_init_value", LAYER_SCALE);
        }
        if (network.layerNormEps() != base.layerNormEps()) {
            args.put("norm_eps", network.layerNormEps());
        }
        stride(args, network);
        design(args, network, base.design());
        return args;
    }

    private static void stride(ObjectNode args, ConvNeXtConfig network) {
        if (has(network) && !TimmStride.apply(network, TimmStride.DEFAULT).equals(network)) {
            for (int stride : TimmStride.ALLOWED) {
                if (TimmStride.apply(network, stride).equals(network)) {
                    args.put("output_stride", stride);
                    return;
                }
            }
        }
    }

    private static void design(ObjectNode args, ConvNeXtConfig network, Design base) {
        Design design = network.design();
        if (!design.stem().equals(base.stem())) {
            stem(network).ifPresent(stem -> args.put("stem_type", stem));
        }
        // One for each of four stages, or none.
        if (network.stages() == ConvNeXtConfig.STAGES && !design.kernelSizes().equals(base.kernelSizes())) {
            design.kernelSizes().forEach(args.putArray("kernel_sizes")::add);
        }
        if (design.responseNorm() != base.responseNorm()) {
            args.put("use_grn", design.responseNorm());
        }
        if (design.pointwiseAsConv() != base.pointwiseAsConv()) {
            args.put("conv_mlp", design.pointwiseAsConv());
        }
        if (design.activation() != base.activation()) {
            args.put("act_layer", design.activation().name().toLowerCase(Locale.ROOT));
        }
        if (design.norm() != base.norm()) {
            args.put("norm_layer", norm(design.norm()));
        }
        HeadDesign head = design.head();
        if (head.norm() != base.head().norm() && head.norm() != NormPlace.NOWHERE) {
            args.put("head_norm_first", head.norm() == NormPlace.BEFORE_POOLING);
        }
        if (head.hidden() != base.head().hidden()) {
            args.put("head_hidden_size", head.hidden());
        }
        if (head.pooling() != base.head().pooling()) {
            args.put("global_pool", pooling(head.pooling()));
        }
    }

    /** Empty for a stem that timm has no word for. */
    private static Optional<String> stem(ConvNeXtConfig network) {
        StemKind kind = network.design().stem().kind();
        if (kind == StemKind.OVERLAP) {
            boolean tiered = network.design().stem().width() != network.dims().get(0);
            return Optional.of(tiered ? "overlap_tiered" : "overlap");
        }
        return kind == StemKind.OVERLAP_ACT ? Optional.of("overlap_act") : Optional.empty();
    }

    private static String norm(NormKind norm) {
        return switch (norm) {
            case LAYER -> "layernorm2d";
            case SIMPLE -> "simplenorm2d";
            case RMS -> "rmsnorm2d";
        };
    }

    /** timm's word for a pooling. */
    static String pooling(Pooling pooling) {
        return switch (pooling) {
            case AVERAGE -> "avg";
            case MAX -> "max";
            case AVERAGE_MAX -> "avgmax";
        };
    }

    /** The outputs of the last stage. */
    static int features(ConvNeXtConfig network) {
        return network.dims().get(network.stages() - 1);
    }
}
