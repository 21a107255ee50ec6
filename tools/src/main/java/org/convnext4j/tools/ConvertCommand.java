package org.convnext4j.tools;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.model.onnx.OnnxExporter;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.Layout;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext convert}: a checkpoint in another layout or float type, or as an ONNX model. */
@Command(
        name = "convert",
        description = {
            "Writes a checkpoint as safetensors in another layout or type; without --dtype no bit changes.",
            "Where OUT ends in .onnx, writes the network with its weights for other runtimes (opset 18, float32)."
        })
final class ConvertCommand implements Callable<Integer> {
    private static final String ONNX_SUFFIX = ".onnx";

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "IN", description = "The model: " + NamedModel.KINDS)
    private @Nullable String input;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "The safetensors or ONNX file to write, replaced if it is there.")
    private @Nullable Path output;

    @Mixin
    private DesignOptions design = new DesignOptions();

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            converter = Converters.Layouts.class,
            completionCandidates = Converters.Layouts.class,
            description = "The tensors' names: ${COMPLETION-CANDIDATES}. Required, but for ONNX, which has its own.")
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
        Path out = Objects.requireNonNull(output);
        if (out.toString().toLowerCase(Locale.ROOT).endsWith(ONNX_SUFFIX)) {
            requireOnnxOptions();
            OnnxExporter.convert(in(), out, design.toLoadOptions());
            return ExitCode.OK;
        }
        if (layout == null) {
            throw wrongUsage("--layout is missing; say how the tensors of a safetensors file are to be named");
        }
        CheckpointWriter.convert(in(), out, layout, dtype, design.toLoadOptions());
        return ExitCode.OK;
    }

    private Path in() {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        return NamedModel.locate(Objects.requireNonNull(input), err).weights();
    }

    private void requireOnnxOptions() {
        if (layout != null) {
            throw wrongUsage("--layout is for safetensors; an ONNX file names its tensors in its own way");
        }
        if (dtype != null && dtype != DType.F32) {
            throw wrongUsage("--dtype " + dtype.name().toLowerCase(Locale.ROOT)
                    + " is for safetensors; ONNX files are written in f32");
        }
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
