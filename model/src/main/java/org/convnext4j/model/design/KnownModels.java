package org.convnext4j.model.design;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;

/** The list behind {@link KnownModel}. Source: timm's models/convnext.py and the released models/convnext_isotropic.py. */
final class KnownModels {
    private static final double LARGE_EPS = 1e-5;
    private static final int ISOTROPIC_PATCH = 16;

    private static final List<Integer> ATTO = List.of(40, 80, 160, 320);
    private static final List<Integer> FEMTO = List.of(48, 96, 192, 384);
    private static final List<Integer> PICO = List.of(64, 128, 256, 512);
    private static final List<Integer> NANO = List.of(80, 160, 320, 640);
    private static final List<Integer> HUGE = List.of(352, 704, 1408, 2816);
    private static final List<Integer> SHALLOW = List.of(2, 2, 6, 2);
    private static final List<Integer> NANO_DEPTHS = List.of(2, 2, 8, 2);
    private static final List<Integer> LONG = List.of(3, 3, 27, 3);
    private static final List<Integer> ONES = List.of(1, 1, 1, 1);

    /** The designs of timm's small models, which store their pointwise convolutions as convolutions. */
    private static final Design CONV = Design.PAPER.withPointwiseAsConv(true);

    private static final Design SIMPLE = CONV.withNorm(NormKind.SIMPLE);

    static final List<KnownModel> ALL = all();

    private KnownModels() {}

    private static List<KnownModel> all() {
        List<KnownModel> all = new ArrayList<>();
        for (Variant variant : Variant.values()) {
            all.add(new KnownModel("convnext-" + variant.label(), ConvNeXtConfig.of(variant)));
        }
        List<Integer> zepto = List.of(32, 64, 128, 256);
        List<Integer> zeptoDepths = List.of(2, 2, 4, 2);
        all.add(model("zepto-rms", zeptoDepths, zepto, SIMPLE));
        all.add(model("zepto-rms-ols", zeptoDepths, zepto, SIMPLE.withStem(new StemDesign(StemKind.OVERLAP_ACT, 32))));
        all.add(model("atto", SHALLOW, ATTO, CONV));
        all.add(model("atto-ols", SHALLOW, ATTO, overlapping(24)));
        all.add(model("atto-rms", SHALLOW, ATTO, CONV.withNorm(NormKind.RMS)));
        all.add(model("femto", SHALLOW, FEMTO, CONV));
        all.add(model("femto-ols", SHALLOW, FEMTO, overlapping(24)));
        all.add(model("pico", SHALLOW, PICO, CONV));
        all.add(model("pico-ols", SHALLOW, PICO, overlapping(32)));
        all.add(model("nano", NANO_DEPTHS, NANO, CONV));
        all.add(model("nano-ols", NANO_DEPTHS, NANO, overlapping(80)));
        HeadDesign normFirst = new HeadDesign(HeadDesign.NormPlace.BEFORE_POOLING, 0);
        all.add(model("tiny-hnf", Variant.TINY.depths(), Variant.TINY.dims(), CONV.withHead(normFirst)));
        HeadDesign hidden = new HeadDesign(HeadDesign.NormPlace.AFTER_POOLING, 1536);
        all.add(model("large-mlp", LONG, Variant.LARGE.dims(), Design.PAPER.withHead(hidden)));
        List<Integer> widest = List.of(384, 768, 1536, 3072);
        all.add(withEps(model("xxlarge", List.of(3, 4, 30, 3), widest, Design.PAPER)));
        addTests(all);
        addV2(all);
        addIsotropic(all);
        return List.copyOf(all);
    }

    private static void addTests(List<KnownModel> all) {
        Design tanh = Design.PAPER.withActivation(ActivationKind.GELU_TANH);
        List<Integer> dims = List.of(32, 64, 96, 128);
        all.add(withEps(model("test", List.of(1, 2, 4, 2), List.of(24, 32, 48, 64), tanh)));
        all.add(withEps(model("test2", ONES, dims, tanh)));
        Design small = Design.PAPER.withActivation(ActivationKind.SILU).withKernelSizes(List.of(7, 5, 5, 3));
        all.add(withEps(model("test3", ONES, dims, small)));
    }

    private static void addV2(List<KnownModel> all) {
        all.add(v2("atto", SHALLOW, ATTO, CONV));
        all.add(v2("femto", SHALLOW, FEMTO, CONV));
        all.add(v2("pico", SHALLOW, PICO, CONV));
        all.add(v2("nano", NANO_DEPTHS, NANO, CONV));
        for (Variant variant : List.of(Variant.TINY, Variant.SMALL, Variant.BASE, Variant.LARGE)) {
            all.add(v2(variant.label(), variant.depths(), variant.dims(), Design.PAPER));
        }
        all.add(v2("huge", LONG, HUGE, Design.PAPER));
    }

    private static void addIsotropic(List<KnownModel> all) {
        all.add(isotropic("small", 18, 384, false));
        all.add(isotropic("base", 18, 768, false));
        all.add(isotropic("large", 36, 1024, true));
    }

    private static KnownModel model(String label, List<Integer> depths, List<Integer> dims, Design design) {
        return new KnownModel(
                "convnext-" + label, ConvNeXtConfig.of(depths, dims, 1000).withDesign(design));
    }

    private static Design overlapping(int width) {
        return CONV.withStem(new StemDesign(StemKind.OVERLAP, width));
    }

    private static KnownModel withEps(KnownModel model) {
        return new KnownModel(
                model.name(), model.config().withLayerNormEps(LARGE_EPS).withHeadNormEps(LARGE_EPS));
    }

    private static KnownModel v2(String label, List<Integer> depths, List<Integer> dims, Design design) {
        ConvNeXtConfig config = ConvNeXtConfig.of(depths, dims, 1000).withLayerScale(false);
        return new KnownModel("convnextv2-" + label, config.withDesign(design.withResponseNorm(true)));
    }

    private static KnownModel isotropic(String label, int depth, int dim, boolean layerScale) {
        Design design = Design.PAPER
                .withStem(new StemDesign(StemKind.PATCH_WITHOUT_NORM, 0))
                .withKernelSizes(List.of(Design.KERNEL));
        double eps = ConvNeXtConfig.LAYER_NORM_EPS;
        return new KnownModel(
                "convnext-iso-" + label,
                new ConvNeXtConfig(
                        List.of(depth), List.of(dim), 1000, 3, ISOTROPIC_PATCH, layerScale, eps, eps, design));
    }
}
