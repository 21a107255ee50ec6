package org.convnext4j.model.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.data.ClassMatch;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.SkipListener;
import org.convnext4j.model.data.StratifiedSplit;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.hub.ModelFiles;
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
    /** Where a training state notes how validation pictures were set aside. */
    private static final String SHARE = "validation.share";

    /** Where it notes {@link #allowMissing}. */
    private static final String ALLOW_MISSING = "validation.allowMissing";

    private static final String SHARE_SEED = "validation.seed";

    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    private final TrainingConfig config;
    private final Dataset train;
    private final Function<Integer, ConvNeXtConfig> network;
    private final Function<Training, Parameters> start;
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> kept = new LinkedHashMap<>();
    private Optional<Dataset> validation = Optional.empty();
    private Optional<SkipListener> skip = Optional.empty();
    private TrainingListener listener = TrainingListener.NONE;
    private int loaderThreads = 1;
    private HeadStart.Wish head = HeadStart.Wish.BY_NAME;
    private boolean allowMissing;
    private boolean continuing;

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
     * Trains a network from scratch with values for it and the data, see {@link Recipes#fromScratch}; what was chosen is
     * told to the listener.
     *
     * @param network as in the other
     * @param own values that are set by the caller and win
     */
    public static Training fromScratch(ConvNeXtConfig network, Dataset train, Overrides own) {
        return fromScratch(network, Recipes.fromScratch(network, train, own), train);
    }

    /** Trains a network from scratch; the recipe's notes are told to the listener. */
    public static Training fromScratch(ConvNeXtConfig network, Recipe recipe, Dataset train) {
        return fromScratch(network, recipe.config(), train).noting(recipe);
    }

    /**
     * Trains a network from scratch.
     *
     * @param network whose number of classes is replaced by that of the data, and whose blocks, unless they have a
     *     response norm, have a gamma if {@code regularisation.layerScale} is above 0
     */
    public static Training fromScratch(ConvNeXtConfig network, TrainingConfig config, Dataset train) {
        ConvNeXtConfig wanted = Parameters.started(StartingModel.trained(network), config);
        return new Training(
                config,
                train,
                wanted::withClasses,
                training -> Parameters.fresh(wanted.withClasses(training.classes()), config));
    }

    /**
     * Fine-tunes a checkpoint with its own preprocessing and values for the data, see {@link Recipes#fineTune}; what was
     * chosen is told to the listener.
     *
     * @param model in any format and layout that can be read; read by {@link #open} again
     * @param own values that are set by the caller and win
     */
    public static Training fineTune(Path model, Dataset train, Overrides own) {
        StartingModel from = StartingModel.of(model, LoadOptions.DEFAULT);
        Recipe recipe = Recipes.fineTune(from.files(), from.options(), train, own);
        return fineTune(from.files(), from.options(), recipe, train);
    }

    /**
     * Fine-tunes a model with a recipe, whose notes are told to the listener.
     *
     * @param model as {@link org.convnext4j.model.hub.ModelHub} finds it
     * @param options which weights to take
     */
    public static Training fineTune(ModelFiles model, LoadOptions options, Recipe recipe, Dataset train) {
        return fineTune(new StartingModel(model, options), recipe.config(), train)
                .noting(recipe);
    }

    /**
     * Fine-tunes a checkpoint with just these values, also for the size and the normalisation of pictures, whatever its
     * own are. Its classifier is replaced where the data have other classes, see {@link #keepHead}.
     *
     * @param model in any format and layout that can be read; opened by {@link #open}
     */
    public static Training fineTune(Path model, TrainingConfig config, Dataset train) {
        return fineTune(model, LoadOptions.DEFAULT, config, train);
    }

    /** Fine-tunes a checkpoint, of which the options say which weights to take; as the other. */
    public static Training fineTune(Path model, LoadOptions options, TrainingConfig config, Dataset train) {
        return fineTune(StartingModel.of(model, options), config, train);
    }

    private static Training fineTune(StartingModel model, TrainingConfig config, Dataset train) {
        return new Training(config, train, classes -> model.network().withClasses(classes), training -> {
            try (ConvNeXtCheckpoint file = model.read()) {
                Assumption.log(LOG, file.path(), file.assumptions());
                HeadStart head = HeadStart.of(file, model, train, training.head);
                head.notes().forEach(training.listener::noticed);
                return Parameters.fineTune(
                        StartingModel.trained(file.config()), file.weights(), training.classes(), head.rows(), config);
            }
        });
    }

    private Training noting(Recipe recipe) {
        notes.addAll(recipe.notes());
        return this;
    }

    /**
     * Goes on with a run as it was begun.
     *
     * @param state of one of its checkpoints
     * @param train the data it was begun with
     */
    public static Training resume(TrainingState state, Dataset train) {
        return resume(state, state.config(), train);
    }

    /**
     * Goes on with a run for another number of epochs, or with another patience or checkpoint policy. The learning rate
     * follows the schedule of the new number of epochs from here on: of a run that had come to its end it rises again to
     * where the longer cosine is there, as in a warm restart.
     *
     * @param state of one of its checkpoints
     * @param config the state's values, those named above perhaps changed; {@link #open} refuses other changes, and fewer
     *     epochs than are made
     * @param train the data it was begun with
     */
    public static Training resume(TrainingState state, TrainingConfig config, Dataset train) {
        Training resumed = new Training(config, train, classes -> state.network(), training -> {
            throw new TrainingException("there is no checkpoint to go on from; name the folder of a run");
        });
        if (Boolean.parseBoolean(state.notes().get(ALLOW_MISSING))) {
            resumed.allowMissing();
        }
        resumed.continuing = true;
        return resumed;
    }

    /**
     * Measures on the validation part of a split after each epoch. The run's checkpoints note the share, see {@link
     * #split}.
     *
     * @throws IllegalArgumentException unless the training data are the other part
     */
    public Training validation(StratifiedSplit split) {
        if (!split.train().equals(train)) {
            throw new IllegalArgumentException("train on the other part of the split");
        }
        kept.put(SHARE, split.share() + "");
        kept.put(SHARE_SEED, split.seed() + "");
        return validation(split.validation());
    }

    /**
     * The split that a run set pictures aside with.
     *
     * @param state of one of its checkpoints
     * @param whole the data it was begun with
     * @return empty if it set none aside
     * @throws TrainingException if the state's notes of it make no sense
     */
    public static Optional<StratifiedSplit> split(TrainingState state, Dataset whole) {
        String share = state.notes().get(SHARE);
        if (share == null) {
            return Optional.empty();
        }
        try {
            long seed = Long.parseLong(state.notes().getOrDefault(SHARE_SEED, ""));
            return Optional.of(StratifiedSplit.of(whole, Double.parseDouble(share), seed));
        } catch (IllegalArgumentException e) {
            throw new TrainingException(
                    "the checkpoint's notes " + SHARE + " and " + SHARE_SEED + " tell no split: " + e.getMessage(), e);
        }
    }

    /** Measures on these pictures after each epoch; their classes are among those of the training pictures, by name. */
    public Training validation(Dataset dataset) {
        validation = Optional.of(dataset);
        return this;
    }

    /** Leaves out validation pictures of classes that the training pictures do not have, instead of failing. */
    public Training allowMissing() {
        allowMissing = true;
        kept.put(ALLOW_MISSING, "true");
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

    /** Draws the classifier of a fine-tuned network anew even if its classes are those of the data. */
    public Training freshHead() {
        head = HeadStart.Wish.FRESH;
        return this;
    }

    /**
     * Keeps the classifier of a fine-tuned network: the rows of the data's classes where the model has these by name, all
     * rows in their order where it has as many classes of other names. Without this or {@link #freshHead} a classifier is
     * kept, in the order of the data, if it has the same classes by name, or as many and no names for them; else it is
     * drawn anew. Either way the listener is told. {@link #open} fails if there is nothing to keep.
     */
    public Training keepHead() {
        head = HeadStart.Wish.KEPT;
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

    /** The run that would be opened, without validation pictures and a folder; values, data and network fit. */
    TrainingRun trial() {
        TrainingRun run = run(Optional.empty(), Map.of(), "");
        run.requireFits(network.apply(classes()));
        return run;
    }

    private TrainingRun run(Optional<Dataset> measured, Map<String, String> stateNotes, String fingerprint) {
        return new TrainingRun(config, train, measured, stateNotes, fingerprint, loaderThreads, skip, listener);
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
     * @throws org.convnext4j.model.failure.ModelException if a file cannot be read or written
     */
    public Trainer open(Engine engine, Path folder) {
        return open(engine, folder, parameters -> NetworkGradient.of(engine, parameters));
    }

    Trainer open(Engine engine, Path folder, GradientPass.Factory factory) {
        TrainingRun run = run(validation.map(this::matched), kept, train.fingerprint());
        notes.forEach(listener::noticed);
        run.check();
        ConvNeXtConfig wanted = network.apply(classes());
        run.requireFits(wanted);
        return new RunOpening(run, wanted, continuing, this::begin).open(engine, new RunFolder(folder), factory);
    }
}
