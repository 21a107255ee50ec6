package org.convnext4j.model.run;

import java.util.Map;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a forward pass computed; what was not {@link Wanted} is not there.
 *
 * @param stages the maps, (N, C, H, W), by stage
 * @param embedding (N, E)
 * @param logits (N, K)
 */
public record Results(
        Map<Integer, Tensor> stages,
        @Nullable Tensor embedding,
        @Nullable Tensor logits) {
    /** Copies the map. */
    public Results {
        stages = Map.copyOf(stages);
    }
}
