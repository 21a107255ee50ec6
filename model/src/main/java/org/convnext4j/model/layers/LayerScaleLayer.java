package org.convnext4j.model.layers;

import java.util.List;
import org.convnext4j.model.layers.TensorPlan.Role;

/**
 * A factor for each channel at the end of a branch.
 *
 * @param name of its only tensor, (C)
 * @param channels C
 */
public record LayerScaleLayer(String name, int channels) implements Layer {
    @Override
    public List<TensorPlan> tensors() {
        return List.of(TensorPlan.of(name, Role.GAMMA, channels));
    }
}
