package org.convnext4j.model.train;

/** Why a run returned. */
public enum TrainingEnd {
    /** It made all its epochs. */
    ALL_EPOCHS,

    /** {@code schedule.patience} epochs did not better the best validation. */
    NO_BETTER,

    /** {@link Trainer#stop} was called; the run can be resumed. */
    STOPPED
}
