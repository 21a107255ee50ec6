package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Writes ConvNeXts as safetensors in any layout and float type, for this engine and the Python libraries alike. */
public final class CheckpointWriter {
    /** Python readers ask for this note. */
    private static final Map<String, String> FORMAT = Map.of("format", "pt");

    private CheckpointWriter() {}

    /**
     * Writes weights.
     *
     * @param out the file, replaced if it is there
     * @param dtype F32, F16 or BF16
     * @param metadata notes for the file, beside those that Python readers need
     * @throws CheckpointException if the file cannot be written, or a weight is too large for the type; nothing is left
     *     behind then
     * @throws IllegalArgumentException if the type is another
     */
    public static void write(
            Path out, ConvNeXtWeights weights, Layout layout, DType dtype, Map<String, String> metadata) {
        List<TensorEntry> entries = new ArrayList<>();
        weights.forEach((name, tensor) -> entries.add(entry(name, tensor, layout)));
        SafetensorsWriter.write(out, entries, dtype, withFormat(metadata));
    }

    /**
     * Converts a checkpoint of any supported format to safetensors. Tensors whose type stays keep every bit.
     *
     * @param in the checkpoint
     * @param out the file to write, replaced if it is there
     * @param layout of the new file; null keeps the old one's
     * @param dtype F32, F16 or BF16; null keeps each tensor's own
     * @throws CheckpointException if {@code in} cannot be read or is {@code out} itself, if {@code out} cannot be
     *     written, or if a weight is too large for the type
     * @throws IllegalArgumentException if the type is another
     */
    public static void convert(Path in, Path out, @Nullable Layout layout, @Nullable DType dtype) {
        try (Checkpoint checkpoint = Checkpoint.open(in)) {
            if (isSame(in, out)) {
                throw new CheckpointException(out, "is the file to convert; give the result another name");
            }
            TensorIndex index = TensorIndex.of(checkpoint);
            Layout target = layout == null ? index.layout() : layout;
            List<TensorEntry> entries = new ArrayList<>();
            index.tensors()
                    .forEach((spec, entry) -> entries.add(new TensorEntry(
                            target.format(spec.id()), entry.dtype(), spec.shapeIn(target), entry.data())));
            SafetensorsWriter.write(out, entries, dtype, withFormat(checkpoint.metadata()));
        }
    }

    private static TensorEntry entry(String name, Tensor tensor, Layout layout) {
        TensorId id = Layout.FACEBOOK.parse(name).orElseThrow();
        return new TensorEntry(
                layout.format(id), DType.F32, new TensorSpec(id, tensor.shape()).shapeIn(layout), tensor.data());
    }

    private static Map<String, String> withFormat(Map<String, String> metadata) {
        Map<String, String> all = new LinkedHashMap<>(FORMAT);
        all.putAll(metadata);
        all.putAll(FORMAT);
        return all;
    }

    private static boolean isSame(Path in, Path out) {
        try {
            return Files.exists(out) && Files.isSameFile(in, out);
        } catch (IOException e) {
            throw new CheckpointException(out, "cannot be compared with " + in + ": " + e.getMessage(), e);
        }
    }
}
