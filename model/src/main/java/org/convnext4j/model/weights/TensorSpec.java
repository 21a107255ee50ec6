package org.convnext4j.model.weights;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.model.ConvNeXtConfig;

/**
 * A tensor that a configuration calls for.
 *
 * @param id which
 * @param shape canonical: convolutions (out,in,height,width), linear layers (out,in), all others one-dimensional
 */
record TensorSpec(TensorId id, Shape shape) {
    /** Every tensor of a network, in the order of the facebook state dict. */
    static List<TensorSpec> of(ConvNeXtConfig config) {
        List<TensorSpec> specs = new ArrayList<>();
        List<Integer> dims = config.dims();
        int patch = config.patchSize();
        add(specs, Part.STEM_CONV, 0, 0, dims.get(0), config.inChannels(), patch, patch);
        add(specs, Part.STEM_NORM, 0, 0, dims.get(0));
        for (int s = 1; s < ConvNeXtConfig.STAGES; s++) {
            add(specs, Part.DOWNSAMPLE_NORM, s, 0, dims.get(s - 1));
            add(specs, Part.DOWNSAMPLE_CONV, s, 0, dims.get(s), dims.get(s - 1), 2, 2);
        }
        for (int s = 0; s < ConvNeXtConfig.STAGES; s++) {
            for (int b = 0; b < config.depths().get(s); b++) {
                block(specs, s, b, dims.get(s), config.layerScale());
            }
        }
        int last = dims.get(ConvNeXtConfig.STAGES - 1);
        add(specs, Part.HEAD_NORM, 0, 0, last);
        add(specs, Part.HEAD, 0, 0, config.classes(), last);
        return specs;
    }

    private static void block(List<TensorSpec> specs, int stage, int block, int dim, boolean layerScale) {
        if (layerScale) {
            specs.add(new TensorSpec(new TensorId(Part.GAMMA, stage, block, false), Shape.of(dim)));
        }
        add(specs, Part.DWCONV, stage, block, dim, 1, 7, 7);
        add(specs, Part.NORM, stage, block, dim);
        add(specs, Part.PWCONV1, stage, block, 4 * dim, dim);
        add(specs, Part.PWCONV2, stage, block, dim, 4 * dim);
    }

    /** A weight of this shape and a bias as long as its first dimension. */
    private static void add(List<TensorSpec> specs, Part part, int stage, int block, int... dims) {
        specs.add(new TensorSpec(new TensorId(part, stage, block, false), Shape.of(dims)));
        specs.add(new TensorSpec(new TensorId(part, stage, block, true), Shape.of(dims[0])));
    }

    /** The shape in a file of this layout. */
    List<Long> shapeIn(Layout layout) {
        if (id.part() == Part.GAMMA) {
            return layout.gammaShape(shape.dim(0));
        }
        return shape.dims().stream().map(Integer::longValue).toList();
    }

    /** Whether a file's shape is this one, but for trailing ones, which 1x1 convolutions and (C,1,1) gammas have. */
    boolean accepts(List<Long> fileShape) {
        int rank = shape.rank();
        boolean trailingOnes = id.part() == Part.GAMMA || id.part() == Part.PWCONV1 || id.part() == Part.PWCONV2;
        if (fileShape.size() < rank || (fileShape.size() > rank && (!trailingOnes || id.bias()))) {
            return false;
        }
        for (int d = 0; d < fileShape.size(); d++) {
            if (fileShape.get(d) != (d < rank ? shape.dim(d) : 1)) {
                return false;
            }
        }
        return true;
    }
}
