package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.FileFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes ConvNeXts as safetensors in any layout and float type, for this engine and the Python libraries alike. */
public final class CheckpointWriter {
    /** Python readers ask for this note. */
    private static final Map<String, String> FORMAT = Map.of("format", "pt");

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

    private CheckpointWriter() {}

    /**
     * Writes weights.
     *
     * @param out the file, replaced if it is there
     * @param config what the weights are of
     * @param dtype F32, F16 or BF16
     * @param metadata notes for the file, beside those that Python readers need
     * @throws CheckpointException if the layout has no such network, if the file cannot be written, or a weight is too
     *     large for the type; nothing is left behind then
     * @throws IllegalArgumentException if the type is another
     */
    public static void write(
            Path out,
            ConvNeXtConfig config,
            ConvNeXtWeights weights,
            Layout layout,
            DType dtype,
            Map<String, String> metadata) {
        requireWritable(out, layout, config);
        TensorNames names = layout.names(Spelling.of(config));
        boolean asConv = config.design().pointwiseAsConv();
        List<TensorEntry> entries = new ArrayList<>();
        weights.forEach((name, tensor) -> {
            TensorSpec spec = new TensorSpec(TensorNames.OWN.parse(name).orElseThrow(), tensor.shape());
            entries.add(new TensorEntry(names.format(spec.id()), DType.F32, layout.shape(spec, asConv), tensor.data()));
        });
        SafetensorsWriter.write(out, entries, dtype, withFormat(metadata));
    }

    /**
     * Converts a checkpoint of any supported format to safetensors. Tensors whose type stays keep every bit.
     *
     * @param in the checkpoint
     * @param out the file to write, replaced if it is there
     * @param layout of the new file; null keeps the old one's
     * @param dtype F32, F16 or BF16; null keeps each tensor's own
     * @throws CheckpointException if {@code in} cannot be read or is {@code out} itself, if the layout has no such network,
     *     if {@code out} cannot be written, or if a weight is too large for the type
     * @throws IllegalArgumentException if the type is another
     */
    public static void convert(Path in, Path out, @Nullable Layout layout, @Nullable DType dtype) {
        convert(in, out, layout, dtype, LoadOptions.DEFAULT);
    }

    /**
     * Converts a checkpoint about which the caller knows more than the file says.
     *
     * @throws CheckpointException as {@link #convert(Path, Path, Layout, DType)}, and if the options do not fit the file
     */
    public static void convert(Path in, Path out, @Nullable Layout layout, @Nullable DType dtype, LoadOptions options) {
        try (Checkpoint checkpoint = Checkpoint.open(in)) {
            requireOther(in, out);
            TensorIndex index = TensorIndex.of(checkpoint, options);
            Layout target = layout == null ? index.layout() : layout;
            ConvNeXtConfig config = index.config();
            requireWritable(out, target, config);
            Assumption.log(LOG, in, index.assumptions());
            AtomicFile.write(out, content(out, index, target, dtype, checkpoint.metadata()));
        }
    }

    /** The tensors of a checkpoint in another layout and type. */
    static AtomicFile.Content content(
            Path out, TensorIndex index, Layout target, @Nullable DType dtype, Map<String, String> metadata) {
        TensorNames names = target.names(Spelling.of(index.config()));
        boolean asConv = index.config().design().pointwiseAsConv();
        List<TensorEntry> entries = new ArrayList<>();
        index.tensors()
                .forEach((spec, entry) -> entries.add(entry.as(names.format(spec.id()), target.shape(spec, asConv))));
        return SafetensorsWriter.content(out, entries, dtype, withFormat(metadata));
    }

    static void requireWritable(Path out, Layout layout, ConvNeXtConfig config) {
        layout.obstacle(config).ifPresent(obstacle -> {
            String mend = Arrays.stream(Layout.values())
                    .filter(other -> other.obstacle(config).isEmpty())
                    .map(other -> "; the layout " + other.label() + " has")
                    .findFirst()
                    .orElse("");
            throw new CheckpointException(out, "cannot be written: " + obstacle + mend);
        });
    }

    private static Map<String, String> withFormat(Map<String, String> metadata) {
        Map<String, String> all = new LinkedHashMap<>(FORMAT);
        all.putAll(metadata);
        all.putAll(FORMAT);
        return all;
    }

    /** Refuses to write a checkpoint over the one that it is made from. */
    static void requireOther(Path in, Path out) {
        try {
            if (Files.exists(out) && Files.isSameFile(in, out)) {
                throw new CheckpointException(out, "is the file to convert; give the result another name");
            }
        } catch (IOException e) {
            throw new CheckpointException(out, "cannot be compared with " + in + ": " + FileFailure.reason(e), e);
        }
    }
}
