package org.convnext4j.model.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a run ended.
 *
 * @param step steps of the optimizer made
 * @param model the trained weights, {@code model.safetensors} in the run's folder with its {@code config.json}; empty if
 *     the run was stopped before its end
 * @param metrics of the last validation; empty if there was none since this run was opened
 * @param bestAccuracy the best share of validation pictures classified right; empty without validation
 */
public record TrainingResult(long step, Optional<Path> model, Optional<Metrics> metrics, OptionalDouble bestAccuracy) {
    /** Whether the run made all its steps; otherwise it was stopped and can be resumed. */
    public boolean finished() {
        return model.isPresent();
    }
}
