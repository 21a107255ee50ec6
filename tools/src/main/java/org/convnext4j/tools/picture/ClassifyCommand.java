package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.bulk.Found;
import org.convnext4j.model.bulk.PictureWalk;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.option.BundledModel;
import org.convnext4j.tools.option.Failures;
import org.convnext4j.tools.option.LabelOptions;
import org.convnext4j.tools.option.ModelOptions;
import org.convnext4j.tools.option.NamedFiles;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.option.StopOnSignal;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Printable;
import org.convnext4j.tools.output.Progress;
import org.convnext4j.tools.output.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convnext classify}: from pictures to class names. */
@Command(
        name = "classify",
        description = {
            "Names what pictures show.",
            "Without --model the bundled model does, which knows ten kinds of clothing, grey and light on a dark ground:"
                    + " pictures are turned grey for it, shrunk as a whole, and negated if their border is light.",
            "Folders are walked. A picture that cannot be read is reported, the others are still classified, and the exit"
                    + " code is 1.",
            "With --jsonl or --csv any number of pictures is done in batches, decoded ahead; what could not be read is"
                    + " listed at the end, and --resume goes on with a run that was cut off."
        })
public final class ClassifyCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "5",
            converter = NumberConverters.Positive.class,
            description = "How many classes to name. Default: ${DEFAULT-VALUE}.")
    private int top = 5;

    @Mixin
    private PictureOptions pictures = new PictureOptions();

    @Mixin
    private BulkOptions bulk = new BulkOptions();

    @Option(
            names = "--json",
            description = "Print a JSON object a line; its millis are reading, preprocessing and network together.")
    private boolean json;

    @Mixin
    private NamedFiles named = new NamedFiles();

    private List<Path> images = List.of();

    private final AtomicInteger printed = new AtomicInteger();

    @Override
    public Integer call() {
        boolean intoFile = bulk.hasFile();
        images = named.all();
        if (intoFile && json) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--json prints and the results go to a file; give --jsonl FILE alone");
        }
        if (options.isBundled()) {
            BundledModel.requireNoModel(images, Objects.requireNonNull(spec).commandLine());
        }
        try (Engine engine = intoFile ? options.openSteadyEngine() : options.openEngine();
                ConvNeXt model = options.loadOrBundled(engine, labels)) {
            PictureRun.requirePictures(model, options.modelName());
            // Before any picture, one error for a network without a classifier.
            model.labels();
            if (!json) {
                options.announce(err());
            }
            return intoFile ? writeAll(model) : StopOnSignal.endingWith(this::tellStopped, () -> printAll(model));
        }
    }

    private PicturePreparation preparation(ConvNeXt model) {
        return options.isBundled() ? pictures.clothingPreparation(model) : pictures.preparation(model);
    }

    private int writeAll(ConvNeXt model) {
        return bulk.run(
                preparation(model),
                images,
                options.threads(),
                new PredictionRows(model, top),
                batch -> model.logits(batch.input()));
    }

    private int printAll(ConvNeXt model) {
        int code = ExitCode.OK;
        PictureWalk walk = new PictureWalk(images);
        boolean folder = images.stream().anyMatch(Files::isDirectory);
        try (Progress progress = folder ? Progress.ofPictures(err(), "classify") : Progress.hidden(err())) {
            PictureCount.start(images, file -> true, progress);
            for (long done = 1; walk.hasNext(); done++) {
                Found found = walk.next();
                Path file = found.path();
                try {
                    if (found.problem().isPresent()) {
                        throw found.problem().get();
                    }
                    long start = System.nanoTime();
                    List<Prediction> predictions = classify(model, file);
                    double millis = (System.nanoTime() - start) / 1e6;
                    progress.print(() -> print(file, predictions, millis));
                    printed.incrementAndGet();
                } catch (ModelException e) {
                    progress.print(() ->
                            Failures.report(e, Objects.requireNonNull(spec).commandLine()));
                    code = ExitCode.SOFTWARE;
                }
                progress.stepTo(done);
            }
        }
        return code;
    }

    private void tellStopped() {
        err().println("note: stopped after " + Wording.count(printed.get(), "picture")
                + "; with --jsonl FILE or --csv FILE a run can be gone" + " on with");
        err().flush();
    }

    private List<Prediction> classify(ConvNeXt model, Path file) {
        try (Arena arena = Arena.ofConfined()) {
            float[] logits = model.logits(preparation(model).input(file, arena));
            try {
                return model.predictions(logits, top);
            } catch (ModelException e) {
                throw new ModelException(file + ": " + e.getMessage(), e);
            }
        }
    }

    private void print(Path file, List<Prediction> predictions, double millis) {
        PrintWriter out = out();
        if (json) {
            out.println(Json.line(toJson(file, predictions, millis)));
        } else {
            out.println(String.format(Locale.ROOT, "%s  (%.1f ms)", Printable.cell(file.toString()), millis));
            Table table = new Table("  ");
            for (Prediction p : predictions) {
                table.row(
                        String.format(Locale.ROOT, "%6.2f %%", 100 * p.probability()),
                        p.label(),
                        "[" + p.index() + "]");
            }
            table.print(out);
        }
        out.flush();
    }

    private ObjectNode toJson(Path file, List<Prediction> predictions, double millis) {
        ObjectNode node = Json.object().put(ResultFormat.IMAGE, file.toString());
        if (options.isBundled()) {
            node.put("model", BundledModel.ID);
        }
        PredictionRows.put(node, predictions);
        return node.put("millis", Json.rounded(millis));
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
