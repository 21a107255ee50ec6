package org.convnext4j.model.train;

import java.util.List;
import java.util.Optional;

/**
 * Is told how a run goes. All methods are called by the thread that called {@link Trainer#run}, between its steps, and
 * may call {@link Trainer#stop}; what they throw ends the run.
 */
public interface TrainingListener {
    /** Does nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /**
     * Something that its user may not expect: told while the run is opened.
     *
     * @param text a sentence without its full stop
     */
    default void noticed(String text) {}

    /**
     * The run goes on from a checkpoint. Told before the first step.
     *
     * @param checkpoint that was restored
     * @param passedOver for each newer checkpoint why it cannot be used
     */
    default void resumed(TrainingCheckpoint checkpoint, List<String> passedOver) {}

    /** A step was made. */
    default void stepped(TrainingProgress progress) {}

    /** Some validation pictures are done. */
    default void evaluating(long done, long pictures) {}

    /** An epoch was validated. */
    default void evaluated(TrainingProgress progress, Metrics metrics) {}

    /**
     * An epoch has ended, with its validation if there is one. What the row says is in the run's log.
     *
     * @param row what the epoch came to
     * @param best the best epoch so far, perhaps this one; empty without validation
     */
    default void epochEnded(TrainingProgress progress, LogRow row, Optional<BestEpoch> best) {}

    /** A checkpoint is complete. */
    default void saved(TrainingCheckpoint checkpoint) {}
}
