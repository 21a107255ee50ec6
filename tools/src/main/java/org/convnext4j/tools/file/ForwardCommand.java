package org.convnext4j.tools.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Output;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.SafetensorsWriter;
import org.convnext4j.model.weights.TensorEntry;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.option.ModelOptions;
import org.convnext4j.tools.output.OutputFailure;
import org.convnext4j.tools.output.StandardStreams;
import org.convnext4j.tools.output.ToolException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convnext forward}: from one tensor to all outputs of the network. */
@Command(
        name = "forward",
        description = {
            "Runs the network on a tensor.",
            "Writes logits (N,K), embedding (N,C) and stage0 to stage3 (N,C,H,W) as float32 safetensors."
        })
public final class ForwardCommand implements Callable<Integer> {
    /** The order in the file: what is asked for most comes first. */
    private static final List<Output> ORDER =
            List.of(Output.LOGITS, Output.EMBEDDING, Output.STAGE0, Output.STAGE1, Output.STAGE2, Output.STAGE3);

    private static final int LISTED = 12;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Option(
            names = "--input",
            paramLabel = "IN.safetensors",
            required = true,
            description = "The file with the input, preprocessed; - is standard input.")
    private @Nullable Path input;

    @Option(
            names = "--tensor",
            paramLabel = "NAME",
            required = true,
            description = "The name of the input in its file: float32, (N,C,H,W).")
    private @Nullable String tensor;

    @Option(
            names = "--output",
            paramLabel = "OUT.safetensors",
            required = true,
            converter = FileConverters.SafetensorsOrOutput.class,
            description = "The file to write, replaced if it is there; - is standard output.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        Path in = Objects.requireNonNull(input);
        Path out = Objects.requireNonNull(output);
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        StandardStreams streams = StandardStreams.of(command);
        if (StandardStreams.areMeant(out)) {
            streams.requireBinaryOutput(command);
        }
        if (!StandardStreams.areMeant(in)) {
            run(in, out, streams);
            return ExitCode.OK;
        }
        streams.requireInput(command);
        // A checkpoint is read here and there, which a pipe cannot be.
        Path copy = streams.inputAsFile(".safetensors");
        try {
            run(copy, out, streams);
        } finally {
            StandardStreams.delete(copy);
        }
        return ExitCode.OK;
    }

    private void run(Path in, Path out, StandardStreams streams) {
        try (Engine engine = options.openEngine();
                ConvNeXt model = options.load(engine);
                Checkpoint file = Checkpoint.open(in);
                Arena arena = Arena.ofShared()) {
            Tensor start = tensor(file, Objects.requireNonNull(tensor), model.config());
            Map<Output, Tensor> results = model.forward(start, Output.of(model.config()), arena);
            List<TensorEntry> entries = new ArrayList<>();
            for (Output wanted : ORDER) {
                @Nullable Tensor result = results.get(wanted);
                if (result == null) {
                    continue;
                }
                List<Long> shape =
                        result.shape().dims().stream().map(Integer::longValue).toList();
                entries.add(new TensorEntry(wanted.label(), DType.F32, shape, result.data()));
            }
            write(out, entries, streams);
        }
    }

    private static void write(Path out, List<TensorEntry> entries, StandardStreams streams) {
        if (!StandardStreams.areMeant(out)) {
            SafetensorsWriter.write(out, entries, null, Map.of());
            return;
        }
        try (WritableByteChannel channel = Channels.newChannel(new BufferedOutputStream(streams.out()))) {
            SafetensorsWriter.write(channel, entries, Map.of());
        } catch (IOException e) {
            throw new OutputFailure();
        }
    }

    private static Tensor tensor(Checkpoint file, String name, ConvNeXtConfig config) {
        TensorEntry entry = file.entries().stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ToolException(
                        file.path() + ": has no tensor " + name + "; it has " + names(file.entries())));
        String found = file.path() + ": tensor " + name + " is " + entry.dtype() + " " + shape(entry.shape());
        if (entry.dtype() != DType.F32) {
            throw new ToolException(found + "; the input must be F32");
        }
        int side = config.minimumSide();
        List<Long> dims = entry.shape();
        boolean fits = dims.size() == 4
                && dims.stream().allMatch(dim -> dim >= 1 && dim <= Integer.MAX_VALUE)
                && dims.get(1) == config.inChannels()
                && dims.get(2) >= side
                && dims.get(3) >= side;
        if (!fits) {
            throw new ToolException(found + "; " + config.name() + " takes (N, " + config.inChannels()
                    + ", H, W) with H and W of " + side + " or more");
        }
        return new Tensor(new Shape(dims.stream().map(Math::toIntExact).toList()), entry.data());
    }

    private static String names(List<TensorEntry> entries) {
        String listed = entries.stream().limit(LISTED).map(TensorEntry::name).collect(Collectors.joining(", "));
        if (entries.isEmpty()) {
            return "none";
        }
        return entries.size() > LISTED ? listed + " and " + (entries.size() - LISTED) + " more" : listed;
    }

    /** A shape as messages print it: {@code (2, 3, 64, 64)}. */
    static String shape(List<Long> dims) {
        return dims.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
