package org.convnext4j.model.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.ModelDescription;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.weights.Assumption;
import org.convnext4j.model.weights.AtomicFile;
import org.convnext4j.model.weights.CheckpointException;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes networks as ONNX files (opset 18, float32) for other runtimes: ConvNeXts of every family, and those of the roadmap.
 * The graph takes {@code input}, (N, I, H, W) of any N, H and W, and gives {@code embedding}, (N, C), and {@code logits},
 * (N, K), unless the network has no classifier.
 */
public final class OnnxExporter {
    private static final int BUFFER_BYTES = 1 << 18;

    private static final Logger LOG = LoggerFactory.getLogger(OnnxExporter.class);

    private OnnxExporter() {}

    /**
     * Converts a checkpoint of any supported format.
     *
     * @param in the checkpoint
     * @param out the file to write, replaced if it is there
     * @throws CheckpointException if {@code in} cannot be read or is {@code out} itself, or as {@link #write}
     */
    public static void convert(Path in, Path out) {
        convert(in, out, LoadOptions.DEFAULT);
    }

    /**
     * Converts a checkpoint about which the caller knows more than the file says. The file's metadata have what the
     * configuration beside the checkpoint says, see {@link ModelMetadata}.
     *
     * @throws CheckpointException as {@link #convert(Path, Path)}, and if the options do not fit the file
     * @throws org.convnext4j.model.failure.ModelException if the configuration is malformed or another model's
     */
    public static void convert(Path in, Path out, LoadOptions options) {
        convert(in, Optional.empty(), out, options, true);
    }

    /**
     * Converts a checkpoint that was found by its name or about which the caller knows more than the file says.
     *
     * @param named the preprocessing that follows from the model's name; then no file beside the weights is the model's
     * @param described whether the metadata have class names, preprocessing and kind of probability; without, no file beside
     *     the checkpoint but that of its architecture is read
     * @throws CheckpointException as {@link #convert(Path, Path, LoadOptions)}
     * @throws org.convnext4j.model.failure.ModelException if the configuration is malformed or another model's
     */
    public static void convert(
            Path in, Optional<Preprocessor> named, Path out, LoadOptions options, boolean described) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(in, options)) {
            if (Files.exists(out) && Files.isSameFile(in, out)) {
                throw new CheckpointException(out, "is the file to convert; give the result another name");
            }
            Assumption.log(LOG, in, checkpoint.assumptions());
            ConvNeXtConfig config = checkpoint.config();
            Map<String, String> metadata = described
                    ? ModelMetadata.of(config, ModelDescription.of(in, named, config, checkpoint.layout(), options))
                    : Map.of();
            write(out, config, checkpoint.weights(), metadata);
        } catch (IOException e) {
            throw new CheckpointException(out, "cannot be compared with " + in + ": " + FileFailure.reason(e), e);
        }
    }

    /**
     * Writes a network, tensor by tensor, without metadata.
     *
     * @param out the file, replaced if it is there
     * @throws CheckpointException as {@link #write(Path, ConvNeXtConfig, ConvNeXtWeights, Map)}
     */
    public static void write(Path out, ConvNeXtConfig config, ConvNeXtWeights weights) {
        write(out, config, weights, Map.of());
    }

    /**
     * Writes a network, tensor by tensor.
     *
     * @param out the file, replaced if it is there
     * @param metadata texts by their keys, {@code metadata_props}
     * @throws CheckpointException as {@link #write(Path, NetworkPlan, TensorSource, Map)}
     */
    public static void write(Path out, ConvNeXtConfig config, ConvNeXtWeights weights, Map<String, String> metadata) {
        write(out, config.plan(), weights, metadata);
    }

    /**
     * Writes any network, tensor by tensor.
     *
     * @param out the file, replaced if it is there
     * @param plan its layers
     * @param weights its tensors
     * @param metadata texts by their keys, {@code metadata_props}
     * @throws CheckpointException if the file cannot be written or would be longer than protobuf allows, 2 GiB; nothing is
     *     left behind then
     */
    public static void write(Path out, NetworkPlan plan, TensorSource weights, Map<String, String> metadata) {
        try (Arena arena = Arena.ofConfined()) {
            ModelMessage message = new ModelMessage(GraphBuilder.build(plan, weights, arena), metadata);
            if (message.size() > Integer.MAX_VALUE) {
                throw new CheckpointException(
                        out,
                        "cannot be written: the network takes " + message.size()
                                + " bytes, and an ONNX file without further files holds 2 GiB; write safetensors");
            }
            AtomicFile.write(out, channel -> {
                CodedOutputStream stream =
                        CodedOutputStream.newInstance(Channels.newOutputStream(channel), BUFFER_BYTES);
                message.writeTo(stream);
            });
        }
    }
}
