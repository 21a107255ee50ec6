package org.convnext4j.model.layers;

import java.util.List;
import org.convnext4j.model.layers.TensorPlan.Role;

/**
 * Global response normalisation over a map: {@code y = x + gamma * x * g / (mean of g + epsilon) + beta}, where g is each
 * channel's root of the sum of squares over all pixels. Source: ConvNeXt V2, arXiv 2301.00808, section 3.
 *
 * @param name what its tensors' names begin with
 * @param channels C
 */
public record ResponseNormLayer(String name, int channels) implements Layer {
    /** Added to the mean; no published network has another. */
    public static final double EPSILON = 1e-6;

    /** The name of its factors, (C). */
    public String gamma() {
        return name + ".gamma";
    }

    /** The name of what it adds, (C). */
    public String beta() {
        return name + ".beta";
    }

    @Override
    public List<TensorPlan> tensors() {
        return List.of(
                TensorPlan.of(gamma(), Role.RESPONSE_GAMMA, channels),
                TensorPlan.of(beta(), Role.RESPONSE_BETA, channels));
    }
}
