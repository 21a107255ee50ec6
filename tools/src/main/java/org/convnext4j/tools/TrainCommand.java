package org.convnext4j.tools;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
            "DIR has train/CLASS/PICTURE and perhaps val/CLASS/PICTURE, or IDX files of MNIST's kind. For val, also valid,"
                    + " validation and test are found; its classes are matched by name. Ctrl-C ends the run"
                    + " after its step with a checkpoint; the same command then goes on, as it does after a crash. RUN gets"
                    + " model.safetensors with config.json, log.csv, curves.png and the folder checkpoints."
        })
final class TrainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The folder with the pictures.")
    private @Nullable Path data;

    @Option(names = "--out", paramLabel = "RUN", required = true, description = "The folder of the run.")
    private @Nullable Path out;

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Option(
            names = "--resume",
            description =
                    "Go on with the run in the folder as it was begun; network and values need not be given again.")
    private boolean resume;

    @Option(
            names = "--skip-unreadable",
            description = "Report pictures that cannot be read and take others in their place, instead of failing.")
    private boolean skipUnreadable;

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
        Dataset train = DataFolder.open(Objects.requireNonNull(data), Split.TRAIN);
        Optional<Dataset> validation = DataFolder.find(Objects.requireNonNull(data), Split.VALIDATION);
        RunFolder files = new RunFolder(Objects.requireNonNull(out));
        DataFolder.tell(train, err());
        validation.ifPresentOrElse(dataset -> DataFolder.tell(dataset, err()), this::tellNoValidation);
        try {
            train(files, train, validation);
        } catch (ImageException e) {
            throw new ToolException(
                    e.getMessage() + "; convnext scan " + data + " names all such files, and --skip-unreadable goes on"
                            + " without them",
                    e);
        }
        return ExitCode.OK;
    }

    private void train(RunFolder files, Dataset train, Optional<Dataset> validation) {
        try (TrainReport report = new TrainReport(out(), err())) {
            Training training = resume ? resumed(files, train) : recipe.training(train, err());
            training.listener(report).loaderThreads(Math.max(1, options.threads() / 2));
            validation.ifPresent(training::validation);
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
                run(training, files, report);
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
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private void tellNoValidation() {
        List<String> others = DataFolder.others(Objects.requireNonNull(data));
        err().println("note: nothing is measured on the way: " + data + " has no folder "
                + String.join(", ", Split.VALIDATION.folders()) + " of pictures beside train"
                + (others.isEmpty() ? "" : "; its folders " + String.join(", ", others) + " are not used"));
        err().flush();
    }

    private Training resumed(RunFolder files, Dataset train) {
        TrainingState state = CheckpointStore.latest(files.checkpoints())
                .usable(files.checkpoints())
                .orElseThrow(() -> new ToolException(
                        files.checkpoints() + ": no checkpoint to go on from; name the folder of a run with --out"))
                .state();
        state.requireSameRun(
                files.folder().toString(), recipe.values(state.config()), state.network(), train.fingerprint());
        return Training.resume(state, train);
    }

    private void findRate(Training training, RunFolder files) {
        List<String> words = Objects.requireNonNull(spec)
                .commandLine()
                .getParent()
                .getParseResult()
                .originalArgs();
        try (Engine engine = options.open()) {
            new LearningRateSearch(files.folder(), words, out(), err()).run(training, engine);
        }
    }

    private void run(Training training, RunFolder files, TrainReport report) {
        boolean drawing = canDraw();
        try (Engine engine = options.open();
                Trainer trainer = training.open(engine, files.folder())) {
            StopOnSignal.during(trainer::stop, () -> {
                report.begin(trainer.progress());
                TrainingResult result = trainer.run();
                report.close();
                tell(result, files);
                if (drawing) {
                    TrainingPlot.write(files.log(), files.folder().resolve("curves.png"));
                }
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

    private void tell(TrainingResult result, RunFolder files) {
        if (!result.finished()) {
            out().println("stopped after step " + result.step() + "; the same command goes on from there");
        } else {
            result.bestAccuracy()
                    .ifPresent(best -> out().println(String.format(Locale.ROOT, "best top-1 %.2f %%", 100 * best)));
            out().println("the trained weights are in " + files.model());
            if (Files.exists(files.bestModel())) {
                out().println("those of the best epoch are in " + files.bestModel());
            }
        }
        out().flush();
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
