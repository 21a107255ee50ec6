package org.convnext4j.tools.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.data.ClassMatch;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.train.Evaluation;
import org.convnext4j.model.train.Metrics;
import org.convnext4j.model.train.Views;
import org.convnext4j.tools.option.BundledModel;
import org.convnext4j.tools.option.ChoiceConverters;
import org.convnext4j.tools.option.Failures;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.option.LabelOptions;
import org.convnext4j.tools.option.ModelOptions;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.option.StopOnSignal;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Progress;
import org.convnext4j.tools.output.Table;
import org.convnext4j.tools.picture.PictureRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convnext evaluate}: how good a model is on labelled pictures. */
@Command(
        name = "evaluate",
        description = {
            "Measures how often a model is right on labelled pictures.",
            "DIR has CLASS/PICTURE, or train/CLASS/PICTURE and val/CLASS/PICTURE, or IDX files of MNIST's kind. For val,"
                    + " also valid, validation and test are found. --validation-share measures on the pictures that a run set"
                    + " aside. Classes are matched with the model's by name, whatever their"
                    + " order; folders of ImageNet may have WordNet identifiers. The model may have more classes.",
            "Of a class, precision is the share of the pictures taken for it that are of it, recall (top-1) the share of"
                    + " its pictures that are taken for it, F1 their harmonic mean; macro is the mean of the classes that"
                    + " have pictures.",
            "A picture that cannot be read is reported and not counted, the others still are, and the exit code is 1."
        })
public final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The folder with the pictures.")
    private @Nullable Path data;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            converter = ChoiceConverters.Splits.class,
            completionCandidates = ChoiceConverters.Splits.class,
            description =
                    "Which pictures: ${COMPLETION-CANDIDATES}; val, valid and validation mean the same. Default: all"
                            + " pictures of DIR/CLASS/PICTURE, else val.")
    private @Nullable Split split;

    @Option(
            names = "--validation-share",
            paramLabel = "SHARE",
            converter = NumberConverters.Share.class,
            description = "Measure on the pictures that train --validation-share SHARE sets aside from DIR: give the"
                    + " same SHARE, the same --seed and the same pictures.")
    private @Nullable Double share;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "With --validation-share, the seed of the run. Default: 0, as of train.")
    private long seed;

    @Option(
            names = "--flip",
            description = "Also show each picture mirrored, and count the mean of both probabilities; takes twice the"
                    + " time.")
    private boolean flip;

    @Option(
            names = "--allow-missing",
            description = "Leave out pictures of classes that the model does not have, instead of failing.")
    private boolean allowMissing;

    @Option(
            names = "--skip-unreadable",
            description = "Pictures that cannot be read are no failure: they are reported, but the exit code is 0.")
    private boolean skipUnreadable;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            converter = NumberConverters.Positive.class,
            description = "Pictures in one call. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            converter = FileConverters.Png.class,
            description = "Draw the confusion matrix into this PNG file.")
    private @Nullable Path plot;

    @Option(names = "--json", description = "Print one JSON object, with a list by class and the confusion matrix.")
    private boolean json;

    private final AtomicInteger unreadable = new AtomicInteger();

    @Override
    public Integer call() {
        return StopOnSignal.endingWith(this::tellStopped, this::measure);
    }

    private void tellStopped() {
        err().println("note: stopped; nothing is known of a part of the pictures, so begin again");
        err().flush();
    }

    private int measure() {
        Dataset dataset;
        ClassMatch match;
        Metrics metrics;
        double seconds;
        Dataset all = open(Objects.requireNonNull(data));
        if (!json) {
            options.announce(err());
        }
        try (Engine engine = options.openEngine();
                ConvNeXt model = options.loadOrBundled(engine, labels)) {
            PictureRun.requirePictures(model, options.modelName());
            match = ClassMatch.of(all, model.labels());
            dataset = allowMissing ? match.datasetOfKnown() : match.dataset();
            tell(all, match);
            try (Progress progress = Progress.of(err(), "evaluate", dataset.size())) {
                long start = System.nanoTime();
                LoaderOptions loading = LoaderOptions.evaluation(batch).skipping((index, name, problem) -> {
                    unreadable.incrementAndGet();
                    progress.print(() -> Failures.report(
                            problem, Objects.requireNonNull(spec).commandLine()));
                });
                metrics = Evaluation.ofOutputs(model, dataset, loading, views(), done -> {
                    progress.stepTo(done);
                    return true;
                });
                seconds = (System.nanoTime() - start) / 1e9;
            }
        }
        if (plot != null) {
            ConfusionPlot.write(metrics, dataset.classNames(), plot);
        }
        double imagesPerSecond = metrics.pictures() / seconds;
        if (json) {
            ObjectNode node = EvaluationFormat.json(metrics, dataset.classNames())
                    .put("imagesPerSecond", Json.rounded(imagesPerSecond));
            if (flip) {
                node.put("flip", true);
            }
            if (share != null) {
                node.put("validationShare", share).put("seed", seed);
            }
            if (!match.unknown().isEmpty()) {
                node.put("leftOutImages", match.unknownPictures());
                match.unknown().forEach(node.putArray("leftOutClasses")::add);
            }
            if (unreadable.get() > 0) {
                node.put("unreadableImages", unreadable.get());
            }
            if (options.isBundled()) {
                node.put("model", BundledModel.ID);
            }
            out().println(Json.line(node));
        } else {
            print(metrics, dataset, imagesPerSecond);
        }
        return unreadable.get() == 0 || skipUnreadable ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Dataset open(Path folder) {
        if (share == null) {
            return DataFolder.openToMeasure(folder, split);
        }
        return TrainingData.open(folder, share, seed, Objects.requireNonNull(spec))
                .validation()
                .orElseThrow();
    }

    private void tell(Dataset all, ClassMatch match) {
        DataFolder.tell(all, err());
        match.notes().forEach(note -> err().println("note: " + note));
        if (!match.unknown().isEmpty()) {
            err().println("note: left out " + match.unknownPictures() + " of " + match.mismatch());
        }
        err().flush();
    }

    private Views views() {
        return flip ? Views.PICTURE_AND_MIRRORED : Views.PICTURE;
    }

    private void print(Metrics metrics, Dataset dataset, double imagesPerSecond) {
        out().println(dataset.description() + (flip ? ", each also mirrored" : ""));
        Table summary = new Table("  ");
        if (unreadable.get() > 0) {
            summary.row("unreadable", unreadable.get() + ", not counted");
        }
        EvaluationFormat.summary(metrics, summary);
        summary.row("speed", String.format(Locale.ROOT, "%.1f images/s", imagesPerSecond))
                .print(out());
        out().println();
        EvaluationFormat.table(metrics, dataset.classNames()).print(out());
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
