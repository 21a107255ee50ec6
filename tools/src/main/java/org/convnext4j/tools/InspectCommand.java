package org.convnext4j.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.weights.Assumption;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.TensorEntry;
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
        description = "Says what a checkpoint holds: layout, architecture, size and tensors. It looks at no weight.")
final class InspectCommand implements Callable<Integer> {
    private static final int SIDE = 224;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "The model: " + NamedModel.KINDS)
    private @Nullable String model;

    @Mixin
    private DesignOptions design = new DesignOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        Path path = NamedModel.locate(Objects.requireNonNull(model), commandLine.getErr())
                .weights();
        PrintWriter out = commandLine.getOut();
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(path, design.toLoadOptions());
                Checkpoint tensors = Checkpoint.open(path)) {
            if (json) {
                out.println(Json.pretty(toJson(checkpoint, tensors.entries())));
            } else {
                print(checkpoint, tensors.entries(), out);
            }
        }
        return ExitCode.OK;
    }

    private static ObjectNode toJson(ConvNeXtCheckpoint checkpoint, List<TensorEntry> tensors) {
        ConvNeXtConfig config = checkpoint.config();
        ObjectNode node = Json.object()
                .put("file", checkpoint.path().toString())
                .put("layout", checkpoint.layout().label())
                .put("architecture", config.name());
        config.depths().forEach(node.putArray("depths")::add);
        config.dims().forEach(node.putArray("dims")::add);
        int side = side(config);
        node.put("classes", config.classes())
                .put("inChannels", config.inChannels())
                .put("patchSize", config.patchKernel())
                .put("parameters", config.parameters())
                .put("macs", config.macs(side, side))
                .put("macsSide", side)
                .put("dtype", dtypes(checkpoint))
                .put("layerScale", config.layerScale())
                .set("design", DesignFormat.json(config));
        ArrayNode assumptions = node.putArray("assumptions");
        checkpoint.assumptions().forEach(assumption -> assumptions.add(assumption.text()));
        ArrayNode list = node.putArray("tensors");
        for (TensorEntry tensor : tensors) {
            ObjectNode item = list.addObject().put("name", tensor.name()).put("dtype", lower(tensor.dtype()));
            tensor.shape().forEach(item.putArray("shape")::add);
        }
        return node;
    }

    private static void print(ConvNeXtCheckpoint checkpoint, List<TensorEntry> tensors, PrintWriter out) {
        ConvNeXtConfig config = checkpoint.config();
        int side = side(config);
        out.println(Printable.cell(checkpoint.path().toString()));
        Table summary = new Table("  ")
                .row("layout", checkpoint.layout().label())
                .row("architecture", config.name())
                .row("depths", numbers(config.depths()))
                .row("dims", numbers(config.dims()))
                .row("classes", config.classes())
                .row("input", config.inChannels() + " channels, patches of " + config.patchKernel())
                .row("parameters", String.format(Locale.ROOT, "%,d", config.parameters()))
                .row("macs", String.format(Locale.ROOT, "%,d at %d x %d", config.macs(side, side), side, side))
                .row("dtype", dtypes(checkpoint))
                .row("layerScale", config.layerScale());
        DesignFormat.rows(config).forEach(summary::row);
        summary.print(out);
        for (Assumption assumption : checkpoint.assumptions()) {
            out.println((assumption.risky() ? "warning: " : "note: ") + assumption.text());
        }
        out.println();
        out.println(tensors.size() + " tensors");
        Table table = new Table("  ");
        for (TensorEntry tensor : tensors) {
            table.row(tensor.name(), lower(tensor.dtype()), ForwardCommand.shape(tensor.shape()));
        }
        table.print(out);
    }

    /** Where the multiply-adds are counted: 224, or the smallest input if that is larger. */
    private static int side(ConvNeXtConfig config) {
        return Math.max(SIDE, config.minimumSide());
    }

    private static String dtypes(ConvNeXtCheckpoint checkpoint) {
        return checkpoint.dtypes().stream().map(InspectCommand::lower).collect(Collectors.joining(","));
    }

    private static String lower(DType dtype) {
        return dtype.name().toLowerCase(Locale.ROOT);
    }

    private static String numbers(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
