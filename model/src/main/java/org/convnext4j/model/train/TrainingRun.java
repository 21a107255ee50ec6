package org.convnext4j.model.train;

import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.data.SkipListener;

/**
 * What a run does, checked.
 *
 * @param config all values
 * @param train what is learned from
 * @param validation what is measured on after each epoch, if anything; with the labels of {@code train}
 * @param notes what else its state is to keep, so that resuming measures on the same pictures
 * @param fingerprint of {@code train}
 * @param loaderThreads that prepare pictures
 * @param skip whom to tell of pictures that cannot be read and are skipped; if empty, such a picture fails the run
 * @param listener of the run
 */
record TrainingRun(
        TrainingConfig config,
        Dataset train,
        Optional<Dataset> validation,
        Map<String, String> notes,
        String fingerprint,
        int loaderThreads,
        Optional<SkipListener> skip,
        TrainingListener listener) {
    /** Batches that have memory at one time: one being worked on, three prepared ahead. */
    private static final int BATCHES = 4;

    /** Steps of the optimizer in an epoch. */
    long stepsPerEpoch() {
        return train.size() / config.batch().picturesPerStep();
    }

    /**
     * The learning rates.
     *
     * @throws TrainingException if the data do not fill a step or the warm-up is longer than the run
     */
    LearningRateSchedule schedule() {
        try {
            return LearningRateSchedule.of(config, stepsPerEpoch());
        } catch (IllegalArgumentException e) {
            throw new TrainingException(train.description() + ": " + e.getMessage(), e);
        }
    }

    LoaderOptions loading(int batchSize, boolean training) {
        return new LoaderOptions(batchSize, training, training, loaderThreads, BATCHES, skip);
    }
}
