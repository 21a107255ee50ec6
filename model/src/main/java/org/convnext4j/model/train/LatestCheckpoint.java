package org.convnext4j.model.train;

import java.util.List;
import java.util.Optional;

/**
 * What a folder of checkpoints offers to go on from.
 *
 * @param checkpoint the newest complete one; empty if there is none
 * @param passedOver for each newer one why it cannot be used, newest first
 */
public record LatestCheckpoint(Optional<TrainingCheckpoint> checkpoint, List<String> passedOver) {
    /** Copies the list. */
    public LatestCheckpoint {
        passedOver = List.copyOf(passedOver);
    }
}
