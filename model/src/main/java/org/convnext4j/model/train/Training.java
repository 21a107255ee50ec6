package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.data.ClassMatch;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.SkipListener;
import org.convnext4j.model.image.ConfigException;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.weights.Assumption;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to train a network: say what is to be trained on which pictures, then {@link #open} the run in a folder. A run
 * that was cut or stopped there goes on from its newest checkpoint. Not for more than one thread; may be opened again
 * and again.
 */
public final class Training {
    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    private final TrainingConfig config;
    private final Dataset train;
    private final Function<Integer, ConvNeXtConfig> network;
    private final Function<Training, Parameters> start;
    private Optional<Dataset> validation = Optional.empty();
    private Optional<SkipListener> skip = Optional.empty();
    private TrainingListener listener = TrainingListener.NONE;
    private int loaderThreads = 1;
    private boolean freshHead;
    private boolean allowMissing;

    private Training(
            TrainingConfig config,
            Dataset train,
            Function<Integer, ConvNeXtConfig> network,
            Function<Training, Parameters> start) {
        this.config = config;
        this.train = train;
        this.network = network;
        this.start = start;
    }

    /**
     * Trains a network from scratch.
     *
     * @param network whose number of classes is replaced by that of the data, and whose blocks have a gamma if
     *     {@code regularisation.layerScale} is above 0
     */
    public static Training fromScratch(ConvNeXtConfig network, TrainingConfig config, Dataset train) {
        ConvNeXtConfig wanted = network.withLayerScale(config.regularisation().layerScale() > 0);
        return new Training(
                config,
                train,
                wanted::withClasses,
                training -> Parameters.fresh(wanted.withClasses(training.classes()), config));
    }

    /**
     * Fine-tunes a checkpoint. Its classifier is replaced where the data have another number of classes.
     *
     * @param model in any format and layout that can be read; opened by {@link #open}
     */
    public static Training fineTune(Path model, TrainingConfig config, Dataset train) {
        return fineTune(model, LoadOptions.DEFAULT, config, train);
    }

    /** Fine-tunes a checkpoint, of which the options say which weights to take; as the other. */
    public static Training fineTune(Path model, LoadOptions options, TrainingConfig config, Dataset train) {
        return new Training(
                config,
                train,
                classes -> {
                    try (ConvNeXtCheckpoint file = ConvNeXtCheckpoint.readUnchecked(model, options)) {
                        return file.config().withClasses(classes);
                    }
                },
                training -> {
                    try (ConvNeXtCheckpoint file = ConvNeXtCheckpoint.read(model, options)) {
                        Assumption.log(LOG, model, file.assumptions());
                        training.tellKeptHead(file);
                        return Parameters.fineTune(
                                file.config(), file.weights(), training.classes(), training.freshHead, config);
                    }
                });
    }

    /**
     * Goes on with a run as it was begun.
     *
     * @param state of one of its checkpoints
     * @param train the data it was begun with
     */
    public static Training resume(TrainingState state, Dataset train) {
        Training resumed = new Training(state.config(), train, classes -> state.network(), training -> {
            throw new TrainingException("there is no checkpoint to go on from; name the folder of a run");
        });
        resumed.allowMissing = TrainingRun.allowsMissing(state);
        return resumed;
    }

    /** Measures on these pictures after each epoch; their classes are among those of the training pictures, by name. */
    public Training validation(Dataset dataset) {
        validation = Optional.of(dataset);
        return this;
    }

    /** Leaves out validation pictures of classes that the training pictures do not have, instead of failing. */
    public Training allowMissing() {
        allowMissing = true;
        return this;
    }

    /** Skips pictures that cannot be read, and tells so, instead of failing. */
    public Training skipping(SkipListener skipListener) {
        skip = Optional.of(skipListener);
        return this;
    }

    /** Tells how the run goes. */
    public Training listener(TrainingListener trainingListener) {
        listener = trainingListener;
        return this;
    }

    /** Prepares pictures on so many threads beside the engine's; 1 unless said otherwise. Changes no result. */
    public Training loaderThreads(int threads) {
        loaderThreads = threads;
        return this;
    }

    /** Replaces the classifier of a fine-tuned network even if it has as many classes. */
    public Training freshHead() {
        freshHead = true;
        return this;
    }

    /** The validation data with the labels of the training data. */
    private Dataset matched(Dataset dataset) {
        ClassMatch match = ClassMatch.ofValidation(dataset, train);
        Dataset measured = allowMissing ? match.datasetOfKnown() : match.dataset();
        match.notes().forEach(listener::noticed);
        if (!match.unknown().isEmpty()) {
            listener.noticed("left out " + match.unknownPictures() + " of " + match.mismatch());
        }
        return measured;
    }

    /** Tells whether a classifier that is kept was trained on other classes than it will be. */
    private void tellKeptHead(ConvNeXtCheckpoint file) {
        int outputs = file.config().classes();
        if (outputs == 0 || outputs != classes() || freshHead) {
            return;
        }
        String kept = "the classifier of " + file.path() + " is kept, because it has as many classes as the data, but ";
        ClassMatch match;
        try {
            match = ClassMatch.of(train, Labels.forModel(file.path(), outputs));
        } catch (ConfigException e) {
            listener.noticed(kept + "its classes' names cannot be had: " + e.getMessage());
            return;
        }
        if (!match.unknown().isEmpty()) {
            listener.noticed(kept + "it learned others, and unlearns them in training: " + match.mismatch());
        } else if (!match.isIdentity()) {
            listener.noticed(kept + "it learned them in another order, and unlearns that in training");
        }
    }

    /** The run that would be opened, checked, without validation pictures and a folder. */
    TrainingRun trial() {
        Pipelines.training(config);
        config.requireFits(network.apply(classes()));
        return new TrainingRun(config, train, Optional.empty(), false, "", loaderThreads, skip, listener);
    }

    /** The weights that the run would begin with, and memory for its gradients; to be closed by the caller. */
    Parameters begin() {
        return start.apply(this);
    }

    private int classes() {
        return train.classNames().size();
    }

    /**
     * Opens the run in a folder, made if it is not there. If it has a checkpoint, the run goes on from the newest that is
     * complete; the values, the network and the data must be those it was begun with.
     *
     * @param engine outlives the trainer and is not closed by it
     * @param folder see {@link RunFolder}
     * @return to be closed by the caller
     * @throws TrainingException naming the value, the data or the folder, if they do not fit each other
     * @throws org.convnext4j.model.ModelException if a file cannot be read or written
     */
    public Trainer open(Engine engine, Path folder) {
        return open(engine, folder, parameters -> NetworkGradient.of(engine, parameters));
    }

    Trainer open(Engine engine, Path folder, GradientPass.Factory factory) {
        TrainingRun run = new TrainingRun(
                config,
                train,
                validation.map(this::matched),
                allowMissing,
                train.fingerprint(),
                loaderThreads,
                skip,
                listener);
        if (classes() == 1) {
            listener.noticed("there is only one class, " + train.classNames().get(0)
                    + ", so the network learns to see it in everything");
        }
        run.schedule();
        Pipelines.training(config);
        ConvNeXtConfig wanted = network.apply(classes());
        config.requireFits(wanted);
        RunFolder files = new RunFolder(folder);
        makeFolder(folder);
        Opened opened = new Opened();
        try {
            return open(engine, files, run, wanted, factory, opened);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private Trainer open(
            Engine engine,
            RunFolder files,
            TrainingRun run,
            ConvNeXtConfig wanted,
            GradientPass.Factory factory,
            Opened opened) {
        CheckpointStore store = opened.add(CheckpointStore.open(files.checkpoints()));
        LatestCheckpoint latest = CheckpointStore.latest(files.checkpoints());
        Optional<TrainingState> state = latest.usable(files.checkpoints()).map(TrainingCheckpoint::state);
        Parameters parameters;
        if (latest.checkpoint().isPresent()) {
            TrainingCheckpoint from = latest.checkpoint().get();
            from.state().requireSameRun(from.folder().toString(), config, wanted, run.fingerprint());
            from.requireReachable(run.stepsPerEpoch());
            from.state().requireSameClasses(from.folder().toString(), train.classNames());
            parameters = opened.add(Parameters.allocate(wanted, config.ema().on()));
            from.restore(parameters);
            store.discardNewerThan(from);
        } else {
            parameters = opened.add(start.apply(this));
        }
        TrainingLog log = opened.add(
                TrainingLog.open(files.log(), state.map(TrainingState::step).orElse(0L)));
        GradientPass pass = opened.add(factory.of(parameters));
        Trainer trainer = new Trainer(engine, files, run, state, parameters, pass, store, log);
        latest.checkpoint().ifPresent(from -> listener.resumed(from, latest.passedOver()));
        return trainer;
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new TrainingException(folder + ": cannot be made a folder for the run: " + e.getMessage(), e);
        }
    }
}
