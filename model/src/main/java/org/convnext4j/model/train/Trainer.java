package org.convnext4j.model.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.data.BatchLoader;
import org.convnext4j.model.data.ClassCounts;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.data.SkipListener;
import org.convnext4j.model.data.TrainingPipeline;
import org.convnext4j.model.random.Randomness;

/**
 * A run: epochs of steps, each of one or more batches, with validation, log and checkpoints between them. Made by
 * {@link Training}. One thread calls {@link #run} and {@link #close}; any may call {@link #stop}.
 *
 * <p>What the weights become depends on the values of the run, its data and its start alone: not on the number of
 * threads, nor on where the run was cut and resumed. Batches at the end of an epoch that do not fill a step are left
 * out, as are pictures that do not fill a batch.
 */
public final class Trainer implements AutoCloseable {
    private final Engine engine;
    private final RunFolder files;
    private final TrainingRun run;
    private final Parameters parameters;
    private final GradientPass pass;
    private final CheckpointStore store;
    private final RunRecord record;
    private final RunWeights weights;
    private final Optimizer optimizer;
    private final TrainingPipeline pipeline;
    private final StochasticDepth depth;
    private final LearningRateSchedule schedule;
    private final long batchesPerEpoch;
    private final TrainingLoss trainingLoss;
    private final Optional<SkipListener> skippedTraining;
    private final Optional<SkipListener> skippedValidation;
    private final Pace pace = new Pace();
    private long step;
    private int epoch;
    private long batchInEpoch;
    private Optional<TrainingState> saved;
    private Optional<Metrics> metrics = Optional.empty();
    private double loss;
    private double norm;
    private volatile boolean stopping;

    /** Takes everything over that is closed with it. */
    Trainer(
            Engine engine,
            RunFolder files,
            TrainingRun run,
            Optional<TrainingState> resumed,
            Parameters parameters,
            GradientPass pass,
            CheckpointStore store,
            RunRecord record) {
        this.engine = engine;
        this.files = files;
        this.run = run;
        this.parameters = parameters;
        this.pass = pass;
        this.store = store;
        this.record = record;
        TrainingConfig config = run.config();
        this.optimizer = new Optimizer(engine.gradientKernels().optimizer(), engine.workers(), parameters, config);
        this.pipeline = Pipelines.training(config);
        this.depth = new StochasticDepth(
                config.regularisation().stochasticDepth(), parameters.network().blocks());
        this.schedule = run.schedule();
        this.batchesPerEpoch = run.stepsPerEpoch() * config.batch().accumulation();
        this.trainingLoss = TrainingLoss.of(config, ClassCounts.of(run.train()));
        this.skippedTraining = run.skip().map(SkipOnce::new);
        this.skippedValidation = run.skip().map(SkipOnce::new);
        this.saved = resumed;
        this.step = resumed.map(TrainingState::step).orElse(0L);
        this.epoch = resumed.map(TrainingState::epoch).orElse(0);
        this.batchInEpoch = resumed.map(TrainingState::batchInEpoch).orElse(0L);
        this.weights = RunWeights.open(files, run, resumed, parameters);
    }

    /**
     * Makes the steps that are left and writes the last weights; those of the best epoch are written when it is found.
     * Returns early after {@link #stop}, and after epochs of no better validation where {@code schedule.patience} limits
     * them. In a run that has ended before it makes no step.
     *
     * @throws TrainingException if the loss or a gradient is not finite; the weights are as they were before that step,
     *     and the last checkpoint is good
     * @throws org.convnext4j.model.failure.ModelException if a picture cannot be read or a file cannot be written
     */
    public TrainingResult run() {
        while (end().isEmpty() && !stopping) {
            trainEpoch();
            if (!stopping) {
                finishEpoch();
            }
        }
        save();
        Path last = weights.writeLast(epoch, step);
        boolean hasModel = weights.best().isPresent() || last.equals(files.model());
        return new TrainingResult(
                end().orElse(TrainingEnd.STOPPED),
                step,
                epoch,
                hasModel ? Optional.of(files.model()) : Optional.empty(),
                last,
                weights.best(),
                metrics,
                new TrainingResult.Cost(Duration.ofMillis((long) (1000 * record.seconds())), PeakMemory.bytes()));
    }

    /** Why there is nothing more to do; empty as long as there is. */
    private Optional<TrainingEnd> end() {
        if (epoch >= run.config().schedule().epochs()) {
            return Optional.of(TrainingEnd.ALL_EPOCHS);
        }
        return run.isOutOfPatience(epoch, weights.best()) ? Optional.of(TrainingEnd.NO_BETTER) : Optional.empty();
    }

    /** Asks {@link #run} to return after the step it is at, with a checkpoint. Does not wait for it. */
    public void stop() {
        stopping = true;
    }

    /** Where the run stands. */
    public TrainingProgress progress() {
        double epochs = epoch + (double) batchInEpoch / batchesPerEpoch;
        return new TrainingProgress(
                step,
                schedule.steps(),
                epochs,
                run.config().schedule().epochs(),
                loss,
                norm,
                schedule.at(Math.max(0, step - 1)),
                pace.imagesPerSecond(run.config().batch().picturesPerStep()),
                pace.left(
                        schedule.steps() - step,
                        run.validation().isPresent() ? run.config().schedule().epochs() - epoch : 0));
    }

    /** The run's folder. */
    public RunFolder folder() {
        return files;
    }

    private void trainEpoch() {
        if (batchInEpoch == batchesPerEpoch) {
            return; // cut between the epoch's last step and its validation
        }
        int everySteps = run.config().checkpoint().everySteps();
        LoaderOptions options = run.training(skippedTraining);
        Randomness randomness = new Randomness(run.config().seed());
        try (BatchLoader loader =
                BatchLoader.open(run.train(), pipeline, options, randomness, epoch, (int) batchInEpoch)) {
            while (batchInEpoch < batchesPerEpoch && !stopping) {
                step(loader);
                run.listener().stepped(progress());
                boolean inside = batchInEpoch < batchesPerEpoch;
                if (inside && everySteps > 0 && step % everySteps == 0) {
                    save();
                }
            }
        }
    }

    private void step(BatchLoader loader) {
        BatchConfig batches = run.config().batch();
        int accumulation = batches.accumulation();
        pace.begin();
        parameters.gradients().zero();
        double sum = 0;
        for (int i = 0; i < accumulation; i++) {
            double mean = pass.accumulate(
                    loader.next(),
                    trainingLoss,
                    1.0 / accumulation,
                    depth,
                    run.config().seed(),
                    step * accumulation + i);
            requireFinite("loss", mean);
            sum += mean;
        }
        norm = optimizer.gradientNorm();
        requireFinite("norm of the gradients", norm);
        optimizer.step(step, schedule.at(step), optimizer.gradientScale(norm));
        loss = sum / accumulation;
        step++;
        batchInEpoch += accumulation;
        double seconds = pace.end();
        record.step(progress(), seconds);
    }

    private void requireFinite(String what, double value) {
        if (!Double.isFinite(value)) {
            String last = saved.map(state ->
                            "the last good checkpoint is that of step " + state.step() + " in " + files.checkpoints())
                    .orElse("there is no checkpoint yet");
            throw new TrainingException("the " + what + " of step " + (step + 1) + " is " + value
                    + ", so the run cannot go on; lower optimizer.learningRate, raise schedule.warmupSteps or set"
                    + " optimizer.clipNorm to 1, and start again; " + last);
        }
    }

    private void finishEpoch() {
        long start = System.nanoTime();
        Optional<Metrics> result = run.validation().map(this::evaluate);
        if (result.isPresent() && stopping) {
            return; // perhaps half an evaluation: the epoch is not over, and resuming evaluates it again
        }
        double seconds = result.isPresent() ? (System.nanoTime() - start) / 1e9 : 0;
        pace.evaluated(seconds);
        epoch++;
        batchInEpoch = 0;
        note(result, seconds);
        CheckpointConfig policy = run.config().checkpoint();
        // After the first as well: a run that is killed before its second checkpoint would otherwise begin anew.
        boolean byEpochs = policy.everyEpochs() > 0 && (epoch == 1 || epoch % policy.everyEpochs() == 0);
        boolean bySteps = policy.everySteps() > 0 && step % policy.everySteps() == 0;
        if (byEpochs || bySteps) {
            save();
        }
    }

    private Metrics evaluate(Dataset dataset) {
        LoaderOptions options = run.evaluation(skippedValidation);
        try (ConvNeXt model = ConvNeXt.of(parameters.network(), parameters.result(), engine)) {
            return Evaluation.of(
                    model, dataset, Pipelines.evaluation(run.config().augmentation()), options, done -> {
                        run.listener().evaluating(done, dataset.size());
                        return !stopping;
                    });
        }
    }

    /** The weights first, then the row, then the checkpoint: what is killed between them is done again. */
    private void note(Optional<Metrics> result, double validationSeconds) {
        TrainingProgress now = progress();
        result.ifPresent(measured -> {
            metrics = result;
            weights.validated(epoch, step, measured);
        });
        LogRow row = record.epoch(epoch, now, result, validationSeconds);
        result.ifPresent(measured -> run.listener().evaluated(now, measured));
        run.listener().epochEnded(now, row, weights.best());
    }

    /** Saves the run unless this very state is saved already. */
    private void save() {
        TrainingState state = new TrainingState(
                step,
                epoch,
                batchInEpoch,
                run.fingerprint(),
                weights.best(),
                record.totals(),
                parameters.network(),
                run.config(),
                run.train().classNames(),
                run.notes());
        boolean isSaved = saved.isPresent()
                && saved.get().step() == step
                && saved.get().epoch() == epoch
                && saved.get().batchInEpoch() == batchInEpoch
                && saved.get().config().equals(run.config());
        if (!isSaved) {
            TrainingCheckpoint checkpoint = store.save(parameters, state);
            saved = Optional.of(state);
            run.listener().saved(checkpoint);
        }
    }

    /** Frees the run's memory and lets other runs use its folder. */
    @Override
    public void close() {
        try (parameters;
                store;
                record;
                pass) {
            stopping = true;
        }
    }
}
