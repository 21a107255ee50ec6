package org.convnext4j.model.weights;

import java.util.Collection;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.HeadDesign;
import org.convnext4j.model.design.StemDesign;
import org.convnext4j.model.design.StemKind;

/**
 * What the names of one layout depend on besides the tensor.
 *
 * @param isotropic whether there is one stage, which facebook's code names in another way
 * @param stem whose layers timm counts
 * @param normFirst whether timm's last norm stands before the pooling
 * @param prefix of Hugging Face's names: {@code convnext.}, {@code convnextv2.} or nothing
 * @param dinov3 whether they are those of Hugging Face's class for DINOv3's ConvNeXts, which is read and never written
 */
record Spelling(boolean isotropic, StemKind stem, boolean normFirst, String prefix, boolean dinov3) {
    private static final String V1 = "convnext.";
    private static final String V2 = "convnextv2.";

    /** The stem's convolution in Hugging Face's class for DINOv3. */
    static final String DINOV3_STEM = "stages.0.downsample_layers.0.weight";

    /** That of the paper's networks. */
    static final Spelling PAPER = new Spelling(false, StemKind.PATCH, false, V1, false);

    /** How a network's tensors are written. */
    static Spelling of(ConvNeXtConfig config) {
        StemDesign stem = config.design().stem();
        boolean normFirst = config.design().head().norm() == HeadDesign.NormPlace.BEFORE_POOLING;
        // The class with norms for its stages has no name for the network inside.
        String prefix = config.design().responseNorm() ? V2 : V1;
        boolean bare = !config.design().normedStages().isEmpty();
        return new Spelling(config.stages() == 1, stem.kind(), normFirst, bare ? "" : prefix, false);
    }

    /** How the tensors of a file are written, told from all their names. */
    static Spelling of(Collection<String> names) {
        boolean isotropic = names.contains("stem.weight");
        StemKind stem = StemKind.PATCH;
        if (isotropic) {
            stem = StemKind.PATCH_WITHOUT_NORM;
        } else if (names.contains("stem.3.weight")) {
            stem = StemKind.OVERLAP_ACT;
        } else if (names.contains("stem.2.weight")) {
            stem = StemKind.OVERLAP;
        } else if (names.contains("stages.0.downsample.1.weight")) {
            stem = StemKind.PATCH_HALVED;
        }
        String prefix = "";
        if (names.stream().anyMatch(name -> name.startsWith(V2))) {
            prefix = V2;
        } else if (names.stream().anyMatch(name -> name.startsWith(V1))) {
            prefix = V1;
        }
        boolean dinov3 = names.contains(DINOV3_STEM);
        return new Spelling(isotropic, stem, names.contains("norm_pre.weight"), prefix, dinov3);
    }
}
