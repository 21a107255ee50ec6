package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.HeadDesign;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.design.StemDesign;
import org.convnext4j.model.design.StemKind;
import org.jspecify.annotations.Nullable;

/**
 * Tells a network's configuration from the names and shapes of its tensors. What they do not show is the paper's: GELU,
 * the published epsilons, no dilation; norms without a bias are taken for {@link NormKind#RMS}. {@link DesignInference}
 * settles these.
 *
 * @param path of the file
 * @param spelling of its names
 * @param names of its layout
 * @param tensors by what they are
 */
record ShapeInference(Path path, Spelling spelling, TensorNames names, Map<TensorId, TensorEntry> tensors) {
    private static final int OVERLAP_STRIDE = 4;
    private static final int MAX_DIM = 1 << 24;

    /**
     * The configuration.
     *
     * @throws CheckpointException if a tensor that says something of it is missing or of an impossible shape
     */
    ConvNeXtConfig infer() {
        try {
            return config();
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(path, "implies an impossible network: " + e.getMessage(), e);
        }
    }

    private ConvNeXtConfig config() {
        List<Integer> depths = new ArrayList<>();
        List<Integer> dims = new ArrayList<>();
        List<Integer> kernels = new ArrayList<>();
        boolean overlaps = spelling.stem().overlaps();
        TensorId stem = weight(Part.STEM_CONV, 0);
        for (int s = 0; s < (spelling.isotropic() ? 1 : ConvNeXtConfig.STAGES); s++) {
            TensorId first = overlaps ? weight(Part.STEM_CONV2, 0) : stem;
            dims.add(dim(s == 0 ? first : weight(Part.DOWNSAMPLE_CONV, s), 4, 0));
            depths.add(depth(s));
            kernels.add(kernel(s));
        }
        Design design = new Design(
                new StemDesign(spelling.stem(), overlaps ? dim(stem, 4, 0) : 0),
                anyNorm(true) || !anyNorm(false) ? NormKind.LAYER : NormKind.RMS,
                ActivationKind.GELU,
                kernels,
                any(Part.RESPONSE_NORM),
                head(),
                normedStages(),
                0,
                pointwiseAsConv());
        return new ConvNeXtConfig(
                depths,
                dims,
                classes(),
                dim(stem, 4, 1),
                patchSize(stem),
                any(Part.GAMMA),
                ConvNeXtConfig.LAYER_NORM_EPS,
                ConvNeXtConfig.LAYER_NORM_EPS,
                design);
    }

    private int patchSize(TensorId stem) {
        if (spelling.stem().overlaps()) {
            return OVERLAP_STRIDE;
        }
        int kernel = dim(stem, 4, 2);
        return spelling.stem() == StemKind.PATCH_HALVED ? Math.multiplyExact(kernel, 2) : kernel;
    }

    private static TensorId weight(Part part, int stage) {
        return new TensorId(part, stage, 0, false);
    }

    private boolean any(Part part) {
        return tensors.keySet().stream().anyMatch(id -> id.part() == part);
    }

    private boolean anyNorm(boolean bias) {
        return tensors.keySet().stream().anyMatch(id -> id.part().isNorm() && id.bias() == bias);
    }

    private HeadDesign head() {
        int hidden = any(Part.HEAD_HIDDEN) ? dim(weight(Part.HEAD_HIDDEN, 0), 2, 0) : 0;
        NormPlace place = spelling.normFirst() ? NormPlace.BEFORE_POOLING : NormPlace.AFTER_POOLING;
        // A classifier has a norm before it; if that is not there, it is missing.
        return new HeadDesign(any(Part.HEAD_NORM) || any(Part.HEAD) ? place : NormPlace.NOWHERE, hidden);
    }

    private int classes() {
        if (!any(Part.HEAD)) {
            return 0;
        }
        return dim(weight(Part.HEAD, 0), 2, 0);
    }

    private List<Integer> normedStages() {
        return tensors.keySet().stream()
                .filter(id -> id.part() == Part.STAGE_NORM)
                .map(TensorId::stage)
                .toList();
    }

    private boolean pointwiseAsConv() {
        @Nullable TensorEntry entry = tensors.get(weight(Part.PWCONV1, 0));
        return entry != null && entry.shape().size() == 4;
    }

    /** The side of the stage's first filter; the paper's where it is not to be told, so that the tensor is reported. */
    private int kernel(int stage) {
        @Nullable TensorEntry entry = tensors.get(weight(Part.DWCONV, stage));
        if (entry == null || entry.shape().size() != 4) {
            return Design.KERNEL;
        }
        long kernel = entry.shape().get(2);
        if (kernel % 2 == 0 || kernel > Design.MAX_KERNEL) {
            throw new CheckpointException(
                    path,
                    "tensor " + Names.cut(entry.name()) + " has the shape " + TensorEntry.format(entry.shape())
                            + "; kernels must be odd and at most " + Design.MAX_KERNEL
                            + ", and no ConvNeXt has others");
        }
        return (int) kernel;
    }

    private int depth(int stage) {
        int depth = 0;
        for (TensorId id : tensors.keySet()) {
            if (id.part().isInBlock() && id.stage() == stage) {
                depth = Math.max(depth, id.block() + 1);
            }
        }
        if (depth == 0) {
            throw new CheckpointException(path, "lacks tensor " + names.format(weight(Part.DWCONV, stage)));
        }
        if (depth > tensors.size()) {
            throw new CheckpointException(
                    path, "names block " + (depth - 1) + " of stage " + stage + ", but lacks those before it");
        }
        return depth;
    }

    private int dim(TensorId id, int rank, int axis) {
        @Nullable TensorEntry entry = tensors.get(id);
        if (entry == null) {
            throw new CheckpointException(path, "lacks tensor " + names.format(id));
        }
        List<Long> shape = entry.shape();
        if (shape.size() != rank || shape.get(axis) > MAX_DIM || shape.get(axis) < 1) {
            throw new CheckpointException(
                    path,
                    "tensor " + Names.cut(entry.name()) + " has the shape " + TensorEntry.format(shape) + "; " + rank
                            + " dimensions of 1 to " + MAX_DIM + " were expected");
        }
        return shape.get(axis).intValue();
    }
}
