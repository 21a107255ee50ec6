package org.convnext4j.model.train;

import java.nio.file.Path;
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

    /**
     * The checkpoint, for a run that must not begin anew where all that it saved is broken.
     *
     * @param folder what was looked through, for the message
     * @return empty if there never was one
     * @throws TrainingException if there are some and none can be used, with the reason of each
     */
    public Optional<TrainingCheckpoint> usable(Path folder) {
        if (checkpoint.isEmpty() && !passedOver.isEmpty()) {
            throw new TrainingException(folder + ": no checkpoint can be used (" + String.join("; ", passedOver)
                    + "); start a new run in an empty folder");
        }
        return checkpoint;
    }
}
