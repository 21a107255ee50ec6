package org.convnext4j.model.train;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.data.ClassCounts;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.data.SampleOrder;
import org.convnext4j.model.data.SkipListener;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.Wording;

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
        if (stepsPerEpoch() == 0) {
            throw new TrainingException(train.description() + ": "
                    + RunLength.tooFew(config.batch(), train.size()).getMessage());
        }
        try {
            return LearningRateSchedule.of(config, stepsPerEpoch());
        } catch (IllegalArgumentException e) {
            throw new TrainingException(train.description() + ": " + e.getMessage(), e);
        }
    }

    /** How training pictures are loaded. */
    LoaderOptions training(Optional<SkipListener> skipping) {
        SampleOrder order = config.batch().balance() == Balance.SAMPLING ? SampleOrder.BALANCED : SampleOrder.SHUFFLED;
        return new LoaderOptions(config.batch().size(), true, order, loaderThreads, BATCHES, skipping);
    }

    /** How validation pictures are loaded. */
    LoaderOptions evaluation(Optional<SkipListener> skipping) {
        return new LoaderOptions(config.batch().size(), false, SampleOrder.AS_LISTED, loaderThreads, BATCHES, skipping);
    }

    /** Whether a run with this best epoch has made so many that it ends before its last. */
    boolean isOutOfPatience(int epoch, Optional<BestEpoch> best) {
        int patience = config.schedule().patience();
        return patience > 0 && best.isPresent() && epoch - best.get().epoch() >= patience;
    }

    /** Tells what another number of epochs does to the learning rate. */
    String describeContinued(TrainingState state) {
        double before = state.config().schedule().epochs() * stepsPerEpoch() > state.step()
                ? LearningRateSchedule.of(state.config(), stepsPerEpoch()).at(state.step())
                : state.config().schedule().minLearningRate();
        return String.format(
                Locale.ROOT,
                "the run was begun for %s and now makes %d, of which %s done; the learning rate goes on where"
                        + " the cosine of %s is, at %s instead of %s",
                Wording.count(state.config().schedule().epochs(), "epoch"),
                config.schedule().epochs(),
                Wording.count(state.epoch(), "is", "are"),
                Wording.count(config.schedule().epochs(), "epoch"),
                Wording.rounded(schedule().at(state.step())),
                Wording.rounded(before));
    }

    /**
     * Checks that the values, the data and the network fit each other.
     *
     * @param network that is to be trained
     * @throws TrainingException naming the key and the mend
     */
    void requireFits(ConvNeXtConfig network) {
        schedule();
        Pipelines.training(config);
        config.requireFits(network);
    }

    /**
     * Checks that what the run is to do can be done with its data, and notices what may be a surprise.
     *
     * @throws TrainingException naming the key and the mend
     */
    void check() {
        if (train.classNames().size() == 1) {
            listener.noticed("there is only one class, " + train.classNames().get(0)
                    + ", so the network learns to see it in everything");
        }
        if (config.schedule().patience() > 0 && validation.isEmpty()) {
            throw new TrainingException("schedule.patience (--patience) is "
                    + config.schedule().patience() + ", but there are no validation pictures to tell a better epoch"
                    + " by; add some or set it to 0");
        }
        ClassCounts counts = ClassCounts.of(train);
        if (counts.isUneven() && config.batch().balance() == Balance.NONE) {
            listener.noticed("the classes are very uneven: " + counts.extremes() + "; set batch.balance (--balance) to"
                    + " sampling or loss if the small ones are to count as much");
        }
        noticeAverage(schedule().steps());
    }

    /** Tells of an average that still is what the run began with when it ends. */
    private void noticeAverage(long steps) {
        if (RunLength.outlasts(config.ema(), steps)) {
            listener.noticed(String.format(
                    Locale.ROOT,
                    "the average of the weights outlasts the run: with ema.decay %s, %.0f %% of it are the first weights"
                            + " after all %d steps, and it is what is measured and saved; set ema.decay=0 or"
                            + " ema.warmup=true",
                    config.ema().decay(),
                    100 * RunLength.startIn(config.ema(), steps),
                    steps));
        }
    }
}
