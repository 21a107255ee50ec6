package org.convnext4j.model.train;

import java.util.List;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.HeadDesign;
import org.convnext4j.model.design.StemDesign;

/** A {@link Design} as a state has it, without what is a list; weights in memory have no layout. */
record SavedDesign(
        StemDesign stem,
        NormKind norm,
        ActivationKind activation,
        boolean responseNorm,
        HeadDesign head,
        int dilatedStages) {
    static final SavedDesign PAPER = of(Design.PAPER);

    static SavedDesign of(Design design) {
        return new SavedDesign(
                design.stem(),
                design.norm(),
                design.activation(),
                design.responseNorm(),
                design.head(),
                design.dilatedStages());
    }

    /** With the lists. */
    Design with(List<Integer> kernelSizes, List<Integer> normedStages) {
        return new Design(stem, norm, activation, kernelSizes, responseNorm, head, normedStages, dilatedStages, false);
    }
}
