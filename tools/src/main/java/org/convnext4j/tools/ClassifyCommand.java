package org.convnext4j.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.image.ImageException;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.ReadOptions;
import org.convnext4j.model.image.RgbImage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext classify}: from pictures to class names. */
@Command(
        name = "classify",
        description = {
            "Names what pictures show.",
            "Without --model the bundled model does, which knows ten kinds of clothing, grey and light on a dark ground:"
                    + " pictures are turned grey for it, shrunk as a whole, and negated if their border is light.",
            "Folders are walked. A picture that cannot be read is reported, the others are still classified, and the exit"
                    + " code is 1."
        })
final class ClassifyCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "5",
            converter = Converters.Positive.class,
            description = "How many classes to name. Default: ${DEFAULT-VALUE}.")
    private int top = 5;

    @Option(
            names = "--preprocess",
            paramLabel = "PRESET",
            converter = Converters.Presets.class,
            completionCandidates = Converters.Presets.class,
            description = "How pictures become input: ${COMPLETION-CANDIDATES}. Default: what the config.json or"
                    + " preprocessor_config.json beside the checkpoint says, else timm-224.")
    private @Nullable Preset preset;

    @Option(
            names = "--apply-orientation",
            description =
                    "Turn pictures the way their EXIF orientation asks, which Python's libraries do not do unasked.")
    private boolean applyOrientation;

    @Option(
            names = "--json",
            description = "Print a JSON object a line; its millis are reading, preprocessing and network together.")
    private boolean json;

    @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "JPEG, PNG, GIF, BMP or WebP files, or folders.")
    private List<Path> images = new ArrayList<>();

    @Override
    public Integer call() {
        try (Engine engine = options.openEngine();
                ConvNeXt model = options.loadOrBundled(engine)) {
            if (model.config().inChannels() != 3) {
                throw new ToolException(options.modelName() + ": takes "
                        + model.config().inChannels() + " channels, but pictures have 3; use forward with a tensor");
            }
            // Before any picture, one error for a network without a classifier.
            model.labels();
            if (!json) {
                options.announce(err());
            }
            return classifyAll(model);
        }
    }

    private int classifyAll(ConvNeXt model) {
        int code = ExitCode.OK;
        List<Path> files = new ArrayList<>();
        for (Path image : images) {
            try {
                files.addAll(Pictures.at(image));
            } catch (ToolException e) {
                code = complain(e);
            }
        }
        boolean folder = images.stream().anyMatch(Files::isDirectory);
        try (Progress progress = folder ? Progress.of(err(), "classify", files.size()) : Progress.hidden(err())) {
            for (int i = 0; i < files.size(); i++) {
                Path file = files.get(i);
                try {
                    long start = System.nanoTime();
                    List<Prediction> predictions = classify(model, file);
                    double millis = (System.nanoTime() - start) / 1e6;
                    progress.print(() -> print(file, predictions, millis));
                } catch (ImageException e) {
                    progress.print(() -> complain(e));
                    code = ExitCode.SOFTWARE;
                }
                progress.stepTo(i + 1L);
            }
        }
        return code;
    }

    private List<Prediction> classify(ConvNeXt model, Path file) {
        ReadOptions reading = ReadOptions.DEFAULTS.withOrientation(applyOrientation);
        RgbImage picture = new ImageReader(reading).read(file);
        Preprocessor preprocessor = model.preprocessor();
        if (options.isBundled()) {
            ClothingPicture clothing = ClothingPicture.of(picture);
            picture = clothing.picture();
            preprocessor = clothing.fit(preprocessor);
        }
        if (preset != null) {
            preprocessor = preset.preprocessor();
        }
        try (Arena arena = Arena.ofConfined()) {
            return model.predictions(model.logits(preprocessor.toTensor(picture, arena)), top);
        }
    }

    private void print(Path file, List<Prediction> predictions, double millis) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (json) {
            out.println(Json.line(toJson(file, predictions, millis)));
        } else {
            out.println(String.format(Locale.ROOT, "%s  (%.1f ms)", file, millis));
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
        ObjectNode node = Json.object().put("image", file.toString());
        if (options.isBundled()) {
            node.put("model", BundledModel.ID);
        }
        ArrayNode list = node.putArray("predictions");
        for (Prediction p : predictions) {
            list.addObject().put("index", p.index()).put("label", p.label()).put("probability", p.probability());
        }
        return node.put("millis", Json.rounded(millis));
    }

    private int complain(RuntimeException failure) {
        boolean verbose =
                Objects.requireNonNull(spec).commandLine().getParseResult().hasMatchedOption(Main.VERBOSE);
        return Failures.report(failure, spec.name(), verbose, err());
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
