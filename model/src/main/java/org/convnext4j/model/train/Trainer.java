package org.convnext4j.model.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.data.BatchLoader;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.LoaderOptions;
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
    /** Steps from one row of the log to the next, where nothing else asks for one. */
    private static final int STEPS_PER_ROW = 50;

    private final Engine engine;
    private final RunFolder files;
    private final TrainingRun run;
    private final Parameters parameters;
    private final GradientPass pass;
    private final CheckpointStore store;
    private final TrainingLog log;
    private final Optimizer optimizer;
    private final TrainingPipeline pipeline;
    private final StochasticDepth depth;
    private final LearningRateSchedule schedule;
    private final long batchesPerEpoch;
    private final RowBuilder row;
    private final Pace pace = new Pace();
    private long step;
    private int epoch;
    private long batchInEpoch;
    private OptionalDouble best;
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
            TrainingLog log) {
        this.engine = engine;
        this.files = files;
        this.run = run;
        this.parameters = parameters;
        this.pass = pass;
        this.store = store;
        this.log = log;
        TrainingConfig config = run.config();
        this.optimizer = new Optimizer(engine.gradientKernels().optimizer(), engine.workers(), parameters, config);
        this.pipeline = Pipelines.training(config);
        this.depth = new StochasticDepth(
                config.regularisation().stochasticDepth(), parameters.network().blocks());
        this.schedule = run.schedule();
        this.batchesPerEpoch = run.stepsPerEpoch() * config.batch().accumulation();
        this.row = new RowBuilder(log, pace);
        this.saved = resumed;
        this.step = resumed.map(TrainingState::step).orElse(0L);
        this.epoch = resumed.map(TrainingState::epoch).orElse(0);
        this.batchInEpoch = resumed.map(TrainingState::batchInEpoch).orElse(0L);
        this.best = resumed.map(TrainingState::bestAccuracy).orElse(OptionalDouble.empty());
    }

    /**
     * Makes the steps that are left and writes the trained weights, or returns early after {@link #stop}. In a run that
     * has ended before it makes none.
     *
     * @throws TrainingException if the loss or a gradient is not finite; the weights are as they were before that step,
     *     and the last checkpoint is good
     * @throws org.convnext4j.model.ModelException if a picture cannot be read or a file cannot be written
     */
    public TrainingResult run() {
        while (epoch < run.config().schedule().epochs() && !stopping) {
            trainEpoch();
            if (!stopping) {
                finishEpoch();
            }
        }
        if (epoch < run.config().schedule().epochs()) {
            save();
            return new TrainingResult(step, Optional.empty(), metrics, best);
        }
        save();
        write(files.model());
        return new TrainingResult(step, Optional.of(files.model()), metrics, best);
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
                pace.imagesPerSecond(),
                pace.forSteps(schedule.steps() - step));
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
        LoaderOptions options = run.loading(run.config().batch().size(), true);
        Randomness randomness = new Randomness(run.config().seed());
        try (BatchLoader loader =
                BatchLoader.open(run.train(), pipeline, options, randomness, epoch, (int) batchInEpoch)) {
            while (batchInEpoch < batchesPerEpoch && !stopping) {
                step(loader);
                run.listener().stepped(progress());
                boolean inside = batchInEpoch < batchesPerEpoch;
                if (inside && everySteps > 0 && step % everySteps == 0) {
                    save();
                } else if (step % STEPS_PER_ROW == 0) {
                    row.write(progress());
                }
            }
        }
    }

    private void step(BatchLoader loader) {
        BatchConfig batches = run.config().batch();
        int accumulation = batches.accumulation();
        double smoothing = run.config().regularisation().labelSmoothing();
        pace.begin();
        parameters.gradients().zero();
        double sum = 0;
        for (int i = 0; i < accumulation; i++) {
            double mean = pass.accumulate(
                    loader.next(),
                    smoothing,
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
        pace.end(Math.toIntExact(batches.picturesPerStep()));
        row.add(loss);
    }

    private void requireFinite(String what, double value) {
        if (!Double.isFinite(value)) {
            String last = saved.map(state ->
                            "the last good checkpoint is that of step " + state.step() + " in " + files.checkpoints())
                    .orElse("there is no checkpoint yet");
            throw new TrainingException("the " + what + " of step " + (step + 1) + " is " + value
                    + ", so the run cannot go on; lower optimizer.learningRate, raise schedule.warmupSteps or set"
                    + " optimizer.clipNorm to 1, and start anew; " + last);
        }
    }

    private void finishEpoch() {
        row.write(progress());
        if (run.validation().isPresent()) {
            Metrics result = evaluate(run.validation().get());
            if (stopping) {
                return; // perhaps half an evaluation: the epoch is not over, and resuming evaluates it again
            }
            note(result);
        }
        epoch++;
        batchInEpoch = 0;
        CheckpointConfig policy = run.config().checkpoint();
        boolean byEpochs = policy.everyEpochs() > 0 && epoch % policy.everyEpochs() == 0;
        boolean bySteps = policy.everySteps() > 0 && step % policy.everySteps() == 0;
        if (byEpochs || bySteps) {
            save();
        }
    }

    private Metrics evaluate(Dataset dataset) {
        LoaderOptions options = run.loading(run.config().batch().size(), false);
        try (ConvNeXt model = ConvNeXt.of(parameters.network(), parameters.result(), engine)) {
            return Evaluation.of(
                    model, dataset, Pipelines.evaluation(run.config().augmentation()), options, done -> {
                        run.listener().evaluating(done, dataset.size());
                        return !stopping;
                    });
        }
    }

    private void note(Metrics result) {
        metrics = Optional.of(result);
        TrainingProgress now = progress();
        log.append(LogRow.evaluation(step, now.epoch(), result.loss(), result.top1(), result.top5()));
        if (best.isEmpty() || result.top1() > best.getAsDouble()) {
            best = OptionalDouble.of(result.top1());
            if (run.config().checkpoint().best()) {
                write(files.bestModel());
            }
        }
        run.listener().evaluated(now, result);
    }

    /** Saves the run unless this very state is saved already. */
    private void save() {
        row.write(progress());
        TrainingState state = new TrainingState(
                step,
                epoch,
                batchInEpoch,
                run.fingerprint(),
                best,
                log.rows(),
                parameters.network(),
                run.config(),
                run.train().classNames(),
                run.notes());
        boolean isSaved = saved.isPresent()
                && saved.get().step() == step
                && saved.get().epoch() == epoch
                && saved.get().batchInEpoch() == batchInEpoch;
        if (!isSaved) {
            TrainingCheckpoint checkpoint = store.save(parameters, state);
            saved = Optional.of(state);
            run.listener().saved(checkpoint);
        }
    }

    private void write(Path model) {
        files.write(
                model,
                parameters.network(),
                parameters.result(),
                run.config().augmentation(),
                run.train().classNames());
    }

    /** Frees the run's memory and lets other runs use its folder. */
    @Override
    public void close() {
        try (parameters;
                store;
                log;
                pass) {
            stopping = true;
        }
    }
}
