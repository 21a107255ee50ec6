package org.convnext4j.tools.file;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.onnx.OnnxExporter;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.Layout;
import org.convnext4j.model.weights.ModelConverter;
import org.convnext4j.model.weights.ModelConverter.Configuration;
import org.convnext4j.tools.option.ChoiceConverters;
import org.convnext4j.tools.option.DesignOptions;
import org.convnext4j.tools.option.LabelOptions;
import org.convnext4j.tools.option.NamedModel;
import org.convnext4j.tools.output.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext convert}: a model in another layout or float type, or as an ONNX model. */
@Command(
        name = "convert",
        description = {
            "Writes a model as safetensors in another layout or type; without --dtype no bit of the weights changes.",
            "Class names, preprocessing and the kind of probability go beside it: for the layout huggingface in"
                    + " config.json and preprocessor_config.json, which from_pretrained loads, for the others in timm's"
                    + " config.json, which timm.create_model('local-dir:FOLDER', pretrained=True) loads.",
            "Where OUT ends in .onnx, writes the network with its weights for other runtimes (opset 18, float32), and all"
                    + " of that in its metadata."
        })
public final class ConvertCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "IN", description = "The model: " + NamedModel.KINDS)
    private @Nullable String input;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            converter = ModelOutput.Converter.class,
            description =
                    "What to write: NAME.safetensors or NAME.onnx, replaced if it is there, or FOLDER/, made if it is"
                            + " not there, for FOLDER/model.safetensors.")
    private @Nullable ModelOutput output;

    @Mixin
    private DesignOptions design = new DesignOptions();

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            converter = ChoiceConverters.Layouts.class,
            completionCandidates = ChoiceConverters.Layouts.class,
            description = "The tensors' names: ${COMPLETION-CANDIDATES}. Required, but for ONNX, which has its own.")
    private @Nullable Layout layout;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            converter = ChoiceConverters.DTypes.class,
            completionCandidates = ChoiceConverters.DTypes.class,
            description = "The tensors' type: ${COMPLETION-CANDIDATES}. Default: each tensor's own.")
    private @Nullable DType dtype;

    @Option(
            names = "--force",
            description = "Write the configuration over another model's, or where it counts for other checkpoints too."
                    + " Without it that is an error.")
    private boolean force;

    @Option(names = "--no-config", description = "Write the weights alone, without class names and preprocessing.")
    private boolean noConfig;

    @Override
    public Integer call() {
        ModelOutput out = Objects.requireNonNull(output);
        if (force && noConfig) {
            throw wrongUsage("--force overwrites a configuration and --no-config writes none; give one of them");
        }
        if (labels.areGiven() && noConfig) {
            throw wrongUsage("--labels go into the configuration and --no-config writes none; give one of them");
        }
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        if (out.kind() == ModelOutput.Kind.ONNX) {
            requireOnnxOptions();
            LoadOptions options = options();
            ModelFiles in = in(err);
            OnnxExporter.convert(in.weights(), in.preprocessor(), out.path(), options, !noConfig);
            return ExitCode.OK;
        }
        if (layout == null) {
            throw wrongUsage("--layout is missing; say how the tensors of a safetensors file are to be named");
        }
        ModelConverter.Request request = new ModelConverter.Request(layout, dtype, configuration(), options());
        print(convert(in(err), out, request), err);
        return ExitCode.OK;
    }

    private Configuration configuration() {
        return noConfig ? Configuration.LEFT_OUT : force ? Configuration.REPLACED : Configuration.WRITTEN;
    }

    /** Reads the file of names, so before a model is fetched. */
    private LoadOptions options() {
        return labels.addTo(design.toLoadOptions());
    }

    private static ModelConverter.Result convert(ModelFiles in, ModelOutput out, ModelConverter.Request request) {
        return out.kind() == ModelOutput.Kind.FOLDER
                ? ModelConverter.convertInto(in.weights(), in.preprocessor(), out.path(), request)
                : ModelConverter.convert(in.weights(), in.preprocessor(), out.path(), request);
    }

    private static void print(ModelConverter.Result result, PrintWriter err) {
        result.notes().forEach(note -> err.println("note: " + note));
        err.println("note: wrote "
                + result.files().stream()
                        .map(Path::toString)
                        .map(Printable::cell)
                        .collect(Collectors.joining(", ")));
        err.flush();
    }

    private ModelFiles in(PrintWriter err) {
        return NamedModel.locate(Objects.requireNonNull(input), err);
    }

    private void requireOnnxOptions() {
        if (layout != null) {
            throw wrongUsage("--layout is for safetensors; an ONNX file names its tensors in its own way");
        }
        if (force) {
            throw wrongUsage("--force is for the configuration beside safetensors; an ONNX file has its own inside");
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
