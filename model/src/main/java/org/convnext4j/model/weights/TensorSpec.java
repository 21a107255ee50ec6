package org.convnext4j.model.weights;

import java.util.Comparator;
import java.util.List;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.model.design.ConvNeXtConfig;

/**
 * A tensor that a configuration calls for.
 *
 * @param id which
 * @param shape canonical: convolutions (out,in,height,width), linear layers (out,in), all others one-dimensional
 */
record TensorSpec(TensorId id, Shape shape) {
    /** Every tensor of a network, in the order of the facebook state dict. */
    static List<TensorSpec> of(ConvNeXtConfig config) {
        return config.plan().tensors().stream()
                .map(tensor ->
                        new TensorSpec(TensorNames.OWN.parse(tensor.name()).orElseThrow(), tensor.shape()))
                .sorted(Comparator.comparing(TensorSpec::id))
                .toList();
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
