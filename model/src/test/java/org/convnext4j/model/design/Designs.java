package org.convnext4j.model.design;

import java.util.List;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.layers.Pooling;

/** Small networks, one for each thing in which the families differ from the paper's design, and some with several. */
public final class Designs {
    private static final ConvNeXtConfig SMALL = ConvNeXtConfig.of(List.of(1, 1, 2, 1), List.of(8, 12, 20, 24), 7);

    private Designs() {}

    /** The networks. */
    public static Stream<ConvNeXtConfig> all() {
        Design paper = Design.PAPER;
        return Stream.of(
                SMALL,
                SMALL.withLayerScale(false),
                v2(),
                v2().withLayerScale(true),
                isotropic(),
                isotropic().withDesign(isotropic().design().withResponseNorm(true)),
                SMALL.withDesign(paper.withStem(new StemDesign(StemKind.OVERLAP, 6))),
                SMALL.withDesign(paper.withStem(new StemDesign(StemKind.OVERLAP_ACT, 5))),
                SMALL.withDesign(paper.withStem(new StemDesign(StemKind.PATCH_HALVED, 0))),
                SMALL.withDesign(paper.withNorm(NormKind.SIMPLE)),
                SMALL.withDesign(paper.withNorm(NormKind.RMS).withActivation(ActivationKind.SILU)),
                SMALL.withDesign(paper.withActivation(ActivationKind.GELU_TANH)),
                SMALL.withDesign(paper.withKernelSizes(List.of(3, 5, 9, 11))),
                SMALL.withDesign(paper.withHead(new HeadDesign(NormPlace.BEFORE_POOLING, 0))),
                SMALL.withDesign(paper.withHead(new HeadDesign(NormPlace.AFTER_POOLING, 10))),
                SMALL.withDesign(paper.withHead(new HeadDesign(NormPlace.NOWHERE, 0, Pooling.MAX))),
                SMALL.withDesign(paper.withHead(HeadDesign.PAPER.withPooling(Pooling.AVERAGE_MAX))),
                SMALL.withDesign(paper.withDilatedStages(1)),
                SMALL.withDesign(paper.withDilatedStages(2)),
                new ConvNeXtConfig(List.of(1, 1, 1, 1), List.of(8, 8, 8, 8), 5, 1, 2, true, 1e-6, 1e-12));
    }

    /** A ConvNeXt V2. */
    public static ConvNeXtConfig v2() {
        return SMALL.withLayerScale(false).withDesign(Design.PAPER.withResponseNorm(true));
    }

    /** One stage behind patches, as the isotropic networks are. */
    public static ConvNeXtConfig isotropic() {
        Design design = Design.PAPER
                .withStem(new StemDesign(StemKind.PATCH_WITHOUT_NORM, 0))
                .withKernelSizes(List.of(7));
        return new ConvNeXtConfig(List.of(3), List.of(16), 6, 3, 8, true, 1e-6, 1e-6, design);
    }
}
