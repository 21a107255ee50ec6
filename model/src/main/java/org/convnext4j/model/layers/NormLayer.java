package org.convnext4j.model.layers;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.layers.TensorPlan.Role;

/**
 * A normalisation.
 *
 * @param name what its tensors' names begin with
 * @param kind over the batch or over the channels of a pixel
 * @param epsilon added to the variance or the mean square
 * @param channels C
 */
public record NormLayer(String name, Norm kind, double epsilon, int channels) implements Layer {
    /** The name of its factors, (C). */
    public String weight() {
        return name + ".weight";
    }

    /** The name of what it adds, (C); only of a kind that {@linkplain Norm#isCentred centres}. */
    public String bias() {
        return name + ".bias";
    }

    /** The name of BatchNorm's mean over the batches of training, (C). */
    public String runningMean() {
        return name + ".running_mean";
    }

    /** The name of BatchNorm's variance over the batches of training, (C). */
    public String runningVariance() {
        return name + ".running_var";
    }

    @Override
    public List<TensorPlan> tensors() {
        List<TensorPlan> tensors = new ArrayList<>();
        tensors.add(TensorPlan.of(weight(), Role.NORM_WEIGHT, channels));
        if (kind.isCentred()) {
            tensors.add(TensorPlan.of(bias(), Role.NORM_BIAS, channels));
        }
        if (kind == Norm.BATCH) {
            tensors.add(TensorPlan.of(runningMean(), Role.RUNNING_MEAN, channels));
            tensors.add(TensorPlan.of(runningVariance(), Role.RUNNING_VARIANCE, channels));
        }
        return List.copyOf(tensors);
    }
}
