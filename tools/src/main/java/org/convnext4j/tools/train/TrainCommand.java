package org.convnext4j.tools.train;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.image.ImageException;
import org.convnext4j.model.train.CheckpointStore;
import org.convnext4j.model.train.RunFolder;
import org.convnext4j.model.train.Trainer;
import org.convnext4j.model.train.Training;
import org.convnext4j.model.train.TrainingConfig;
import org.convnext4j.model.train.TrainingResult;
import org.convnext4j.model.train.TrainingState;
import org.convnext4j.tools.option.EngineOptions;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.option.StopOnSignal;
import org.convnext4j.tools.output.Drawing;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.ToolException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convnext train}: a network from scratch, or a checkpoint fine-tuned. */
@Command(
        name = "train",
        description = {
            "Trains a network on labelled pictures, from scratch or from a checkpoint. 'convnext scan DIR' looks at the"
                    + " pictures before.",
            "Needed are --data, --out and what is to be trained: --model to fine-tune; or --variant, --depths with --dims"
                    + " or --preset from scratch. All other values follow from that and from the pictures, and are told at"
                    + " the start; --set, --epochs, --batch and --lr win over them.",
            "DIR has train/CLASS/PICTURE and perhaps val/CLASS/PICTURE, or plain CLASS/PICTURE, or IDX files of MNIST's"
                    + " kind. For val, also valid, validation and test are found; its classes are matched by name."
                    + " Pictures may be of any size, and JPEG, PNG, GIF, BMP or WebP. Ctrl-C ends the run"
                    + " after its step with a checkpoint; the same command then goes on, as it does after a crash. RUN gets"
                    + " model.safetensors, the weights of the best epoch by validation, last.safetensors, config.json for"
                    + " both, log.csv with a row for each epoch, curves.png, and the folders tensorboard and checkpoints."
        })
public final class TrainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The folder with the pictures.")
    private @Nullable Path data;

    @Option(names = "--out", paramLabel = "RUN", required = true, description = "The folder of the run.")
    private @Nullable Path out;

    @Option(
            names = "--validation-share",
            paramLabel = "SHARE",
            converter = NumberConverters.Share.class,
            description =
                    "Set this share of each class's training pictures aside and measure on them, e.g. 0.2, where DIR"
                            + " has no validation pictures. Which ones follows from the seed. Default: none.")
    private @Nullable Double share;

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Option(
            names = "--resume",
            description =
                    "Go on with the run in the folder as it was begun; network and values need not be given again. With"
                            + " --epochs it becomes longer: the learning rate goes on where the schedule of so many"
                            + " epochs is.")
    private boolean resume;

    @Option(
            names = "--skip-unreadable",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Name each picture that cannot be read once and take another in its place: the default. With"
                    + " --no-skip-unreadable such a picture ends the run.")
    private boolean skipUnreadable = true;

    @Option(
            names = "--allow-missing",
            description = "Leave out validation pictures of classes that the training pictures do not have, instead of"
                    + " failing.")
    private boolean allowMissing;

    @Option(
            names = "--find-lr",
            description =
                    "Try learning rates on a copy of the network instead of training it, for some minutes at most:"
                            + " a hundred steps from 1e-7 until the loss diverges. Suggests the rate at which the loss falls"
                            + " fastest, at most a third of that with the lowest, and writes RUN/lr-finder.png and RUN/lr-finder.csv.")
    private boolean findRate;

    // "help" is what frees it of --data and --out; picocli has no newer way for an option that prints no help.
    @SuppressWarnings("deprecation")
    @Option(
            names = "--list-settings",
            help = true,
            description = "Explain the values that --set and --config change and print them, by preset or with --preset"
                    + " for one, instead of training; needs neither --data nor --out.")
    private boolean listSettings;

    @Option(names = "--json", description = "With --list-settings, print a JSON list.")
    private boolean json;

    @Mixin
    private EngineOptions options = new EngineOptions();

    @Override
    public Integer call() {
        if (listSettings) {
            return listSettings();
        }
        if (json) {
            throw wrongUsage("--json is for --list-settings");
        }
        if (findRate && resume) {
            throw wrongUsage("--find-lr is for a run that is not begun; leave --resume out");
        }
        RunFolder files = new RunFolder(Objects.requireNonNull(out));
        Path folder = Objects.requireNonNull(data);
        TrainingState state = resume ? latest(files) : null;
        TrainingData pictures = state == null
                ? TrainingData.open(folder, share, recipe.seed(), spec())
                : TrainingData.resumed(folder, share, state, spec());
        requireNoClass(files.folder(), folder);
        pictures.tell(err());
        try {
            train(files, pictures, state);
        } catch (ImageException e) {
            throw new ToolException(
                    e.getMessage() + "; convnext scan " + data + " names all such files, and without"
                            + " --no-skip-unreadable the run goes on without them",
                    e);
        }
        return ExitCode.OK;
    }

    private void train(RunFolder files, TrainingData pictures, @Nullable TrainingState state) {
        Dataset train = pictures.train();
        Optional<Dataset> validation = pictures.validation();
        try (TrainReport report = new TrainReport(out(), err())) {
            Training training = state == null ? recipe.training(train, err()) : resumed(state, train);
            training.listener(report).loaderThreads(Math.max(1, options.threads() / 2));
            pictures.into(training);
            if (allowMissing) {
                training.allowMissing();
            }
            if (skipUnreadable) {
                training.skipping(report);
            }
            out().println(train.description());
            validation.ifPresent(dataset -> out().println(dataset.description()));
            out().flush();
            if (findRate) {
                findRate(training, files);
            } else {
                run(training, pictures, files, report);
            }
        }
    }

    private int listSettings() {
        TrainingConfig config = recipe.listed().orElse(null);
        if (json) {
            out().println(Json.line(SettingsFormat.json(config)));
        } else {
            SettingsFormat.print(config, out());
        }
        return ExitCode.OK;
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    /** The folder of a run has pictures, its curves, and would be a class of the data itself the next time. */
    private void requireNoClass(Path run, Path pictures) {
        Path classes = DataFolder.isPlain(pictures) ? pictures : pictures.resolve(Split.TRAIN.folder());
        if (classes.toAbsolutePath()
                .normalize()
                .equals(run.toAbsolutePath().normalize().getParent())) {
            throw wrongUsage("--out " + run + " would be a folder among those of the classes in " + classes
                    + "; name one elsewhere");
        }
    }

    private static TrainingState latest(RunFolder files) {
        return CheckpointStore.latest(files.checkpoints())
                .usable(files.checkpoints())
                .orElseThrow(() -> new ToolException(files.folder() + ": " + whyNothing(files)))
                .state();
    }

    private static String whyNothing(RunFolder files) {
        if (!Files.isDirectory(files.folder())) {
            return "there is no such folder to go on with; name the folder of a run with --out";
        }
        return files.isBegun()
                ? "this run ended before its first checkpoint, so there is nothing to go on from; give the same command"
                        + " without --resume to begin it again"
                : "is not the folder of a run; name one with --out";
    }

    private Training resumed(TrainingState state, Dataset train) {
        return Training.resume(state, recipe.values(state.config()), train);
    }

    private void findRate(Training training, RunFolder files) {
        List<String> words = spec().commandLine().getParent().getParseResult().originalArgs();
        try (Engine engine = options.open()) {
            new LearningRateSearch(files.folder(), words, out(), err()).run(training, engine);
        }
    }

    private void run(Training training, TrainingData pictures, RunFolder files, TrainReport report) {
        boolean drawing = canDraw();
        try (Engine engine = options.open();
                Trainer trainer = training.open(engine, files.folder())) {
            report.onClosedOutput(trainer::stop);
            StopOnSignal.during(trainer::stop, () -> {
                report.begin(trainer.progress());
                TrainingResult result = trainer.run();
                report.close();
                if (drawing) {
                    TrainingPlot.write(files.log(), files.folder().resolve("curves.png"));
                }
                summary(pictures, files, trainer, report).print(result, out());
                return result;
            });
        }
    }

    /** Java begins to draw now, because it does not while it is ending; a run goes on without its curves. */
    private boolean canDraw() {
        try {
            Drawing.begin();
            return true;
        } catch (ToolException e) {
            err().println("warning: there will be no curves.png: " + e.getMessage());
            err().flush();
            return false;
        }
    }

    private TrainSummary summary(TrainingData pictures, RunFolder files, Trainer trainer, TrainReport report) {
        String evaluating = pictures.measuring()
                + (allowMissing ? " --allow-missing" : "")
                + (report.skipped() > 0 ? " --skip-unreadable" : "");
        return new TrainSummary(
                files, trainer.progress().epochs(), Objects.requireNonNull(data), report.skipped(), evaluating);
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec);
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
