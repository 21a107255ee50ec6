package org.convnext4j.model.weights;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.Design;
import org.convnext4j.model.HeadDesign;
import org.convnext4j.model.StemKind;

/**
 * A tensor that a configuration calls for.
 *
 * @param id which
 * @param shape canonical: convolutions (out,in,height,width), linear layers (out,in), all others one-dimensional
 */
record TensorSpec(TensorId id, Shape shape) {
    private static final int OVERLAP_KERNEL = 3;
    private static final int HALVING_KERNEL = 2;

    /** Every tensor of a network, in the order of the facebook state dict. */
    static List<TensorSpec> of(ConvNeXtConfig config) {
        List<TensorSpec> specs = new ArrayList<>();
        List<Integer> dims = config.dims();
        Design design = config.design();
        NormKind norm = design.norm();
        stem(specs, config);
        for (int s = 1; s < config.stages(); s++) {
            norm(specs, norm, Part.DOWNSAMPLE_NORM, s, 0, dims.get(s - 1));
            add(specs, Part.DOWNSAMPLE_CONV, s, 0, dims.get(s), dims.get(s - 1), 2, 2);
        }
        for (int s = 0; s < config.stages(); s++) {
            for (int b = 0; b < config.depths().get(s); b++) {
                block(specs, config, s, b);
            }
        }
        for (int s : design.normedStages()) {
            norm(specs, norm, Part.STAGE_NORM, s, 0, dims.get(s));
        }
        head(specs, config);
        return specs;
    }

    private static void stem(List<TensorSpec> specs, ConvNeXtConfig config) {
        int first = config.dims().get(0);
        StemKind kind = config.design().stem().kind();
        if (kind.overlaps()) {
            int width = config.design().stem().width();
            add(specs, Part.STEM_CONV, 0, 0, width, config.inChannels(), OVERLAP_KERNEL, OVERLAP_KERNEL);
            add(specs, Part.STEM_CONV2, 0, 0, first, width, OVERLAP_KERNEL, OVERLAP_KERNEL);
        } else {
            int patch = config.patchKernel();
            add(specs, Part.STEM_CONV, 0, 0, first, config.inChannels(), patch, patch);
        }
        if (kind == StemKind.PATCH_HALVED) {
            add(specs, Part.STEM_CONV2, 0, 0, first, first, HALVING_KERNEL, HALVING_KERNEL);
            norm(specs, config.design().norm(), Part.STEM_NORM2, 0, 0, first);
        }
        if (kind != StemKind.PATCH_WITHOUT_NORM) {
            norm(specs, config.design().norm(), Part.STEM_NORM, 0, 0, first);
        }
    }

    private static void block(List<TensorSpec> specs, ConvNeXtConfig config, int stage, int block) {
        int dim = config.dims().get(stage);
        int kernel = config.design().kernelSizes().get(stage);
        if (config.layerScale()) {
            specs.add(new TensorSpec(new TensorId(Part.GAMMA, stage, block, false), Shape.of(dim)));
        }
        add(specs, Part.DWCONV, stage, block, dim, 1, kernel, kernel);
        norm(specs, config.design().norm(), Part.NORM, stage, block, dim);
        add(specs, Part.PWCONV1, stage, block, 4 * dim, dim);
        if (config.design().responseNorm()) {
            add(specs, Part.RESPONSE_NORM, stage, block, 4 * dim);
        }
        add(specs, Part.PWCONV2, stage, block, dim, 4 * dim);
    }

    private static void head(List<TensorSpec> specs, ConvNeXtConfig config) {
        HeadDesign head = config.design().head();
        int last = config.dims().get(config.stages() - 1);
        if (head.norm() != HeadDesign.NormPlace.NOWHERE) {
            norm(specs, config.design().norm(), Part.HEAD_NORM, 0, 0, last);
        }
        if (head.hidden() > 0) {
            add(specs, Part.HEAD_HIDDEN, 0, 0, head.hidden(), last);
        }
        if (config.classes() > 0) {
            add(specs, Part.HEAD, 0, 0, config.classes(), head.hidden() > 0 ? head.hidden() : last);
        }
    }

    /** A weight of this length and, for norms that centre, a bias. */
    private static void norm(List<TensorSpec> specs, NormKind kind, Part part, int stage, int block, int dim) {
        specs.add(new TensorSpec(new TensorId(part, stage, block, false), Shape.of(dim)));
        if (kind == NormKind.LAYER) {
            specs.add(new TensorSpec(new TensorId(part, stage, block, true), Shape.of(dim)));
        }
    }

    /** A weight of this shape and a bias as long as its first dimension. */
    private static void add(List<TensorSpec> specs, Part part, int stage, int block, int... dims) {
        specs.add(new TensorSpec(new TensorId(part, stage, block, false), Shape.of(dims)));
        specs.add(new TensorSpec(new TensorId(part, stage, block, true), Shape.of(dims[0])));
    }

    /**
     * Whether a file's shape is this one, but for ones around it: 1x1 convolutions and (C,1,1) gammas have them after it,
     * (1,1,1,4C) response norms before it.
     */
    boolean accepts(List<Long> fileShape) {
        int rank = shape.rank();
        int more = fileShape.size() - rank;
        boolean pointwise = id.part() == Part.PWCONV1 || id.part() == Part.PWCONV2;
        boolean onesAfter = id.part() == Part.GAMMA || (pointwise && !id.bias());
        boolean onesBefore = id.part() == Part.RESPONSE_NORM;
        if (more < 0 || (more > 0 && !onesAfter && !onesBefore)) {
            return false;
        }
        int first = onesBefore ? more : 0;
        for (int d = 0; d < fileShape.size(); d++) {
            boolean inside = d >= first && d < first + rank;
            if (fileShape.get(d) != (inside ? shape.dim(d - first) : 1)) {
                return false;
            }
        }
        return true;
    }
}
