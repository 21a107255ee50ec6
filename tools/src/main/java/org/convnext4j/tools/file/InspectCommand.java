package org.convnext4j.tools.file;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.ModelDescription;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.PreprocessorConfigWriter;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.ResizeRule;
import org.convnext4j.model.weights.Assumption;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.TensorEntry;
import org.convnext4j.tools.option.DesignOptions;
import org.convnext4j.tools.option.LabelOptions;
import org.convnext4j.tools.option.NamedModel;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Printable;
import org.convnext4j.tools.output.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext inspect}: what a checkpoint holds. */
@Command(
        name = "inspect",
        description = {
            "Says what a checkpoint holds: layout, architecture, size, class names, preprocessing and tensors. It looks at"
                    + " no weight.",
            "The multiply-adds are those of a picture of the size that the model's preprocessing makes."
        })
public final class InspectCommand implements Callable<Integer> {
    private static final int NAMES_SHOWN = 5;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "The model: " + NamedModel.KINDS)
    private @Nullable String model;

    @Mixin
    private DesignOptions design = new DesignOptions();

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        LoadOptions options = labels.addTo(design.toLoadOptions());
        ModelFiles files = NamedModel.locate(Objects.requireNonNull(model), commandLine.getErr());
        Path path = files.weights();
        PrintWriter out = commandLine.getOut();
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(path, options);
                Checkpoint tensors = Checkpoint.open(path)) {
            options.requireLabelsFit(checkpoint.config(), path);
            Beside beside = Beside.of(files, checkpoint, options);
            if (json) {
                out.println(Json.pretty(toJson(checkpoint, beside, tensors.entries())));
            } else {
                print(checkpoint, beside, tensors.entries(), out);
            }
        }
        return ExitCode.OK;
    }

    /**
     * What belongs to a model beside its network.
     *
     * @param model empty if a file beside the weights cannot be used
     * @param problem what is wrong with that file
     * @param named whether the preprocessing follows from the model's name
     */
    private record Beside(Optional<ModelDescription> model, Optional<String> problem, boolean named) {
        /** A file that is wrong is what people inspect for, so that it is no failure. */
        static Beside of(ModelFiles files, ConvNeXtCheckpoint checkpoint, LoadOptions options) {
            boolean named = files.preprocessor().isPresent();
            try {
                ModelDescription model = ModelDescription.of(
                        files.weights(), files.preprocessor(), checkpoint.config(), checkpoint.layout(), options);
                return new Beside(Optional.of(model), Optional.empty(), named);
            } catch (ModelException e) {
                return new Beside(Optional.empty(), Optional.of(String.valueOf(e.getMessage())), named);
            }
        }

        /** Height and width that the multiply-adds are counted at: the model's own, or what the network needs at least. */
        int side(ConvNeXtConfig config, ToIntFunction<Preprocessor> edge) {
            int own = model.map(ModelDescription::preprocessor)
                    .map(edge::applyAsInt)
                    .orElse(Preset.TIMM_224.preprocessor().height());
            return Math.max(own, config.minimumSide());
        }

        String preprocessorFrom() {
            return from(model.flatMap(ModelDescription::preprocessorFrom), named ? "the model's name" : "assumed");
        }

        String labelsFrom() {
            boolean names = model.flatMap(ModelDescription::names).isPresent();
            return from(model.flatMap(ModelDescription::labelsFrom), names ? "assumed" : "none");
        }

        private static String from(Optional<Path> file, String otherwise) {
            return file.map(path -> path.getFileName().toString()).orElse(otherwise);
        }
    }

    private static ObjectNode toJson(ConvNeXtCheckpoint checkpoint, Beside beside, List<TensorEntry> tensors) {
        ConvNeXtConfig config = checkpoint.config();
        ObjectNode node = Json.object()
                .put("file", checkpoint.path().toString())
                .put("layout", checkpoint.layout().label())
                .put("architecture", config.name());
        config.depths().forEach(node.putArray("depths")::add);
        config.dims().forEach(node.putArray("dims")::add);
        int height = beside.side(config, Preprocessor::height);
        int width = beside.side(config, Preprocessor::width);
        node.put("classes", config.classes())
                .put("inChannels", config.inChannels())
                .put("patchSize", config.patchKernel())
                .put("parameters", config.parameters())
                .put("macs", config.macs(height, width))
                .put("macsHeight", height)
                .put("macsWidth", width)
                .put("dtype", dtypes(checkpoint))
                .put("layerScale", config.layerScale())
                .set("design", DesignFormat.json(config));
        describe(node, beside);
        ArrayNode assumptions = node.putArray("assumptions");
        checkpoint.assumptions().forEach(assumption -> assumptions.add(assumption.text()));
        ArrayNode list = node.putArray("tensors");
        for (TensorEntry tensor : tensors) {
            ObjectNode item = list.addObject().put("name", tensor.name()).put("dtype", lower(tensor.dtype()));
            tensor.shape().forEach(item.putArray("shape")::add);
        }
        return node;
    }

    private static void describe(ObjectNode node, Beside beside) {
        beside.problem().ifPresent(problem -> node.put("problem", problem));
        beside.model().ifPresent(model -> {
            model.labels().ifPresent(labels -> labels.names().forEach(node.withArray("labels")::add));
            node.put("labelsFrom", beside.labelsFrom());
            node.put("probability", lower(model.probability()));
            node.set("preprocessing", PreprocessorConfigWriter.plain(model.preprocessor()));
            node.put("preprocessingFrom", beside.preprocessorFrom());
        });
    }

    private static void print(
            ConvNeXtCheckpoint checkpoint, Beside beside, List<TensorEntry> tensors, PrintWriter out) {
        ConvNeXtConfig config = checkpoint.config();
        int height = beside.side(config, Preprocessor::height);
        int width = beside.side(config, Preprocessor::width);
        out.println(Printable.cell(checkpoint.path().toString()));
        Table summary = new Table("  ")
                .row("layout", checkpoint.layout().label())
                .row("architecture", config.name())
                .row("depths", numbers(config.depths()))
                .row("dims", numbers(config.dims()))
                .row("classes", config.classes())
                .row("input", config.inChannels() + " channels, patches of " + config.patchKernel())
                .row("parameters", String.format(Locale.ROOT, "%,d", config.parameters()))
                .row("macs", String.format(Locale.ROOT, "%,d at %d x %d", config.macs(height, width), width, height))
                .row("dtype", dtypes(checkpoint))
                .row("layerScale", config.layerScale());
        DesignFormat.rows(config).forEach(summary::row);
        beside.model().ifPresent(model -> describe(summary, model, beside));
        summary.print(out);
        beside.problem().ifPresent(problem -> out.println("warning: " + problem));
        for (Assumption assumption : checkpoint.assumptions()) {
            out.println((assumption.risky() ? "warning: " : "note: ") + assumption.text());
        }
        out.println();
        out.println(Wording.count(tensors.size(), "tensor"));
        Table table = new Table("  ");
        for (TensorEntry tensor : tensors) {
            table.row(tensor.name(), lower(tensor.dtype()), ForwardCommand.shape(tensor.shape()));
        }
        table.print(out);
    }

    private static void describe(Table summary, ModelDescription model, Beside beside) {
        if (model.labels().isPresent()) {
            summary.row("labels", names(model) + " (" + beside.labelsFrom() + ")");
            summary.row("probability", lower(model.probability()));
        }
        Preprocessor pictures = model.preprocessor();
        ResizeRule resize = pictures.resize();
        String before = resize.keepsAspect()
                ? "shorter edge to " + resize.height()
                : "squashed to " + resize.width() + " x " + resize.height();
        summary.row(
                "pictures",
                before + ", " + lower(pictures.interpolation()) + "; cropped to " + pictures.width() + " x "
                        + pictures.height() + " (" + beside.preprocessorFrom() + ")");
        if (pictures.rescale() != Preprocessor.TO_UNIT) {
            summary.row("factor", (float) pictures.rescale());
        }
        summary.row("mean", decimals(pictures.mean()));
        summary.row("std", decimals(pictures.std()));
    }

    /** The first names; all are in the JSON. */
    private static String names(ModelDescription model) {
        return model.names()
                .map(names ->
                        names.stream().limit(NAMES_SHOWN).map(Printable::cell).collect(Collectors.joining("; "))
                                + (names.size() > NAMES_SHOWN ? "; and " + (names.size() - NAMES_SHOWN) + " more" : ""))
                .orElse("numbers");
    }

    private static String decimals(List<Float> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String dtypes(ConvNeXtCheckpoint checkpoint) {
        return checkpoint.dtypes().stream().map(InspectCommand::lower).collect(Collectors.joining(","));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String numbers(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
