package org.convnext4j.model.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a run ended, and what it left.
 *
 * @param end why it returned
 * @param step steps of the optimizer made
 * @param epoch epochs finished
 * @param model the weights to use, {@code model.safetensors} in the run's folder with its {@code config.json}: those of
 *     {@code best} or, without validation, the last. Empty if the run was stopped before the first validation
 * @param last the last weights; the same file as {@code model} in a run without validation
 * @param best of which epoch {@code model} is and how good; empty if nothing was validated
 * @param metrics of the last validation; empty if there was none since this run was opened
 * @param cost what the run took
 */
public record TrainingResult(
        TrainingEnd end,
        long step,
        int epoch,
        Optional<Path> model,
        Path last,
        Optional<BestEpoch> best,
        Optional<Metrics> metrics,
        Cost cost) {
    /**
     * What a run took.
     *
     * @param time of all steps and validations, those of earlier starts of the run included
     * @param peakMemoryBytes the most memory this process has had; empty where the system does not tell
     */
    public record Cost(Duration time, OptionalLong peakMemoryBytes) {}

    /** Whether the run came to its end; otherwise it was stopped and can be resumed. */
    public boolean finished() {
        return end != TrainingEnd.STOPPED;
    }
}
