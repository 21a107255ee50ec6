package org.convnext4j.tools;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.Layout;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code convnext convert}: a checkpoint in another layout or float type. */
@Command(
        name = "convert",
        description = "Writes a checkpoint as safetensors in another layout or type. Without --dtype no bit changes.")
final class ConvertCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "IN", description = "A safetensors, .pth or .bin file.")
    private @Nullable Path input;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "The safetensors file to write, replaced if it is there.")
    private @Nullable Path output;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            required = true,
            converter = Converters.Layouts.class,
            completionCandidates = Converters.Layouts.class,
            description = "The tensors' names: ${COMPLETION-CANDIDATES}.")
    private @Nullable Layout layout;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            converter = Converters.DTypes.class,
            completionCandidates = Converters.DTypes.class,
            description = "The tensors' type: ${COMPLETION-CANDIDATES}. Default: each tensor's own.")
    private @Nullable DType dtype;

    @Override
    public Integer call() {
        CheckpointWriter.convert(Objects.requireNonNull(input), Objects.requireNonNull(output), layout, dtype);
        return ExitCode.OK;
    }
}
