package org.convnext4j.model.design;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.layers.Pooling;

/** Names for networks that have none, from what sets them apart. */
final class NetworkNames {
    private NetworkNames() {}

    static String describe(ConvNeXtConfig config) {
        Design design = config.design();
        List<String> words = new ArrayList<>();
        words.add(design.responseNorm() ? "convnextv2" : "convnext");
        if (config.stages() == 1) {
            words.add("iso");
        }
        words.add(dotted(config.depths()));
        words.add(dotted(config.dims()));
        StemDesign stem = design.stem();
        if (stem.kind() == StemKind.PATCH_HALVED) {
            words.add("halved");
        } else if (stem.kind() == StemKind.OVERLAP_ACT) {
            words.add("ols-act");
        } else if (stem.kind() == StemKind.OVERLAP) {
            words.add(stem.width() == config.dims().get(0) ? "ols" : "ols-tiered");
        }
        if (design.norm() != NormKind.LAYER) {
            words.add(design.norm() == NormKind.SIMPLE ? "simplenorm" : "rmsnorm");
        }
        if (design.activation() != ActivationKind.GELU) {
            words.add(design.activation().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        if (design.kernelSizes().stream().anyMatch(kernel -> kernel != Design.KERNEL)) {
            words.add("k" + dotted(design.kernelSizes()));
        }
        if (design.head().norm() == HeadDesign.NormPlace.BEFORE_POOLING) {
            words.add("hnf");
        }
        if (design.head().hidden() > 0) {
            words.add("mlp" + design.head().hidden());
        }
        if (design.head().pooling() != Pooling.AVERAGE) {
            words.add(design.head().pooling() == Pooling.MAX ? "maxpool" : "avgmaxpool");
        }
        return String.join("-", words);
    }

    private static String dotted(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
    }
}
