package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.roadmap.TensorPlan.Role;

/**
 * A normalisation.
 *
 * @param name what its tensors' names begin with
 * @param kind over the batch or over the channels
 * @param channels C
 */
public record NormLayer(String name, Norm kind, int channels) implements Layer {
    String weight() {
        return name + ".weight";
    }

    String bias() {
        return name + ".bias";
    }

    String runningMean() {
        return name + ".running_mean";
    }

    String runningVariance() {
        return name + ".running_var";
    }

    @Override
    public List<TensorPlan> tensors() {
        List<TensorPlan> tensors = new ArrayList<>();
        tensors.add(TensorPlan.of(weight(), Role.NORM_WEIGHT, channels));
        tensors.add(TensorPlan.of(bias(), Role.NORM_BIAS, channels));
        if (kind == Norm.BATCH) {
            tensors.add(TensorPlan.of(runningMean(), Role.RUNNING_MEAN, channels));
            tensors.add(TensorPlan.of(runningVariance(), Role.RUNNING_VARIANCE, channels));
        }
        return List.copyOf(tensors);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
        return visitor.norm(this);
    }
}
