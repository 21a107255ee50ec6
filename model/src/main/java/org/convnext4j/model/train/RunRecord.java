package org.convnext4j.model.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run notes on its way: a row of its log for each epoch, and scalars for TensorBoard every few steps beside. */
final class RunRecord implements AutoCloseable {
    /** Steps from one event of the steps to the next, where no epoch ends. */
    private static final int STEPS_PER_EVENT = 20;

    private final TrainingLog log;
    private final RunFolder files;
    private final long resumedStep;
    private final long picturesPerStep;
    private EpochTotals totals;
    private @Nullable EventFile events;
    private EpochTotals sinceEvent = EpochTotals.NONE;

    private RunRecord(TrainingLog log, RunFolder files, long picturesPerStep, Optional<TrainingState> resumed) {
        this.log = log;
        this.files = files;
        this.picturesPerStep = picturesPerStep;
        this.resumedStep = resumed.map(TrainingState::step).orElse(0L);
        this.totals = resumed.map(TrainingState::totals).orElse(EpochTotals.NONE);
    }

    /**
     * Goes on with the files of a run, or begins them.
     *
     * @throws TrainingException if one cannot be written or is none of these
     */
    static RunRecord open(RunFolder files, long picturesPerStep, Optional<TrainingState> resumed) {
        int epochsDone = resumed.map(TrainingState::epoch).orElse(0);
        return new RunRecord(TrainingLog.open(files.log(), epochsDone), files, picturesPerStep, resumed);
    }

    /** Made with the first event, lest a run that has ended leave a file each time it is opened. */
    private EventFile events() {
        EventFile open = events;
        if (open == null) {
            open = EventFile.create(files.events(), resumedStep);
            events = open;
        }
        return open;
    }

    /** A step was made. */
    void step(TrainingProgress now, double seconds) {
        totals = totals.plus(now.loss(), now.gradientNorm(), seconds);
        sinceEvent = sinceEvent.plus(now.loss(), now.gradientNorm(), seconds);
        if (sinceEvent.steps() == STEPS_PER_EVENT) {
            writeEvent(now);
        }
    }

    private void writeEvent(TrainingProgress now) {
        if (sinceEvent.steps() > 0) {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("train/loss", sinceEvent.loss());
            values.put("train/learning_rate", now.learningRate());
            values.put("train/gradient_norm", sinceEvent.norm());
            values.put("train/images_per_second", sinceEvent.speed(picturesPerStep));
            events().scalars(now.step(), values);
            sinceEvent = EpochTotals.NONE;
        }
    }

    /**
     * An epoch has ended. Gives its row.
     *
     * @param metrics of the validation after it
     * @param validationSeconds that this took
     */
    LogRow epoch(int epoch, TrainingProgress now, Optional<Metrics> metrics, double validationSeconds) {
        writeEvent(now);
        LogRow row = new LogRow(
                epoch,
                now.step(),
                now.learningRate(),
                LogRow.Training.of(totals, picturesPerStep),
                metrics.map(LogRow.Validation::of).orElse(LogRow.Validation.NONE),
                totals.seconds() + validationSeconds,
                LogRow.peakMemoryMibNow());
        log.append(row);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("epoch/training_loss", row.training().loss());
        values.put("epoch/validation_loss", row.validation().loss());
        values.put("epoch/top1", row.validation().top1());
        values.put("epoch/top5", row.validation().top5());
        values.put("epoch/seconds", row.seconds());
        values.put("epoch/peak_memory_mib", row.peakMemoryMib());
        events().scalars(now.step(), values);
        totals = EpochTotals.NONE;
        return row;
    }

    /** What the steps of the running epoch add up to. */
    EpochTotals totals() {
        return totals;
    }

    /** What steps and validations took so far, in all starts of the run. */
    double seconds() {
        return log.seconds() + totals.seconds();
    }

    @Override
    public void close() {
        try (log) {
            if (events != null) {
                events.close();
            }
        }
    }
}
