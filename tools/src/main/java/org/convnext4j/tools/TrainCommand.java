package org.convnext4j.tools;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.train.CheckpointStore;
import org.convnext4j.model.train.RunFolder;
import org.convnext4j.model.train.Trainer;
import org.convnext4j.model.train.Training;
import org.convnext4j.model.train.TrainingResult;
import org.convnext4j.model.train.TrainingState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convnext train}: a network from scratch, or a checkpoint fine-tuned. */
@Command(
        name = "train",
        description = {
            "Trains a network on labelled pictures, from scratch or from a checkpoint.",
            "Needed are --data, --out and what is to be trained: --model to fine-tune; or --variant, --depths with --dims"
                    + " or --preset from scratch. All other values follow from that and from the pictures, and are told at"
                    + " the start; --set, --epochs, --batch and --lr win over them.",
            "DIR has train/CLASS/PICTURE and perhaps val/CLASS/PICTURE, or plain CLASS/PICTURE, or IDX files of MNIST's"
                    + " kind. For val, also valid, validation and test are found; its classes are matched by name."
                    + " Pictures may be of any size, and JPEG, PNG, GIF, BMP or WebP. Ctrl-C ends the run"
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

    @Option(
            names = "--validation-share",
            paramLabel = "SHARE",
            converter = Converters.Share.class,
            description =
                    "Set this share of each class's training pictures aside and measure on them, e.g. 0.2, where DIR"
                            + " has no validation pictures. Which ones follows from the seed. Default: none.")
    private @Nullable Double share;

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

    @Mixin
    private EngineOptions options = new EngineOptions();

    @Override
    public Integer call() {
        RunFolder files = new RunFolder(Objects.requireNonNull(out));
        Path folder = Objects.requireNonNull(data);
        TrainingState state = resume ? latest(files) : null;
        TrainingData pictures = state == null
                ? TrainingData.open(folder, share, recipe.seed(), spec())
                : TrainingData.resumed(folder, share, state, spec());
        Dataset train = pictures.train();
        Optional<Dataset> validation = pictures.validation();
        pictures.tell(err());
        try (TrainReport report = new TrainReport(out(), err())) {
            Training training = state == null ? recipe.training(train, err()) : resumed(files, state, train);
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
            run(training, files, report);
        }
        return ExitCode.OK;
    }

    private static TrainingState latest(RunFolder files) {
        return CheckpointStore.latest(files.checkpoints())
                .usable(files.checkpoints())
                .orElseThrow(() -> new ToolException(
                        files.checkpoints() + ": no checkpoint to go on from; name the folder of a run with --out"))
                .state();
    }

    private Training resumed(RunFolder files, TrainingState state, Dataset train) {
        state.requireSameRun(
                files.folder().toString(), recipe.values(state.config()), state.network(), train.fingerprint());
        return Training.resume(state, train);
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
