package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.weights.AtomicFile;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.Layout;

/**
 * What lies where in a run's folder: {@code model.safetensors} and {@code last.safetensors} with their {@code
 * config.json}, {@code log.csv}, {@code tensorboard} and {@code checkpoints}.
 *
 * @param folder of the run
 */
public record RunFolder(Path folder) {
    /** The log of the run, see {@link TrainingLog}. */
    public Path log() {
        return folder.resolve("log.csv");
    }

    /** The checkpoints, see {@link CheckpointStore}. */
    public Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    /** The event files for TensorBoard, see {@link EventFile}. */
    public Path events() {
        return folder.resolve("tensorboard");
    }

    /**
     * The weights to use. In a run with validation those of the best epoch so far, there from the first validation on; in
     * one without, the last, there once the run has ended or was stopped.
     */
    public Path model() {
        return folder.resolve("model.safetensors");
    }

    /** The last weights of a run with validation, there once it has ended or was stopped. */
    public Path last() {
        return folder.resolve("last.safetensors");
    }

    /** Whether a run has begun here, however far it came. */
    public boolean isBegun() {
        return Files.exists(log()) || Files.exists(checkpoints());
    }

    /**
     * Refuses a folder with a model that no run has written there, which this one would write over.
     *
     * @throws TrainingException naming the file
     */
    void requireOwn() {
        if (isBegun()) {
            return;
        }
        for (Path file : List.of(model(), last(), folder.resolve("config.json"))) {
            if (Files.exists(file)) {
                throw new TrainingException(
                        file + ": is not of a run, and would be written over; name another folder for the run");
            }
        }
    }

    /**
     * Writes weights with the configuration that says how to use them; each file is there whole or not at all.
     *
     * @param notes for the metadata of the file with the weights
     */
    void write(
            Path model,
            ConvNeXtConfig network,
            ConvNeXtWeights weights,
            AugmentationConfig augmentation,
            List<String> classNames,
            Map<String, String> notes) {
        Path target = model.toAbsolutePath();
        try {
            Files.createDirectories(target.getParent());
        } catch (IOException e) {
            throw new TrainingException(target.getParent() + ": cannot be made a folder: " + FileFailure.reason(e), e);
        }
        byte[] text = ModelConfig.text(network, augmentation, classNames).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(target.resolveSibling("config.json"), text);
        CheckpointWriter.write(target, network, weights, layout(network), DType.F32, notes);
    }

    /**
     * The layout of a run's files: facebook's if it has such networks, else the first of the others that has.
     *
     * @throws TrainingException if none has
     */
    static Layout layout(ConvNeXtConfig network) {
        return Stream.concat(Stream.of(Layout.FACEBOOK), Stream.of(Layout.values()))
                .filter(layout -> layout.obstacle(network).isEmpty())
                .findFirst()
                .orElseThrow(() -> new TrainingException(network.name()
                        + " cannot be trained, because no layout of files has such a network: "
                        + Stream.of(Layout.values())
                                .flatMap(layout -> layout.obstacle(network).stream())
                                .collect(Collectors.joining(", "))
                        + "; take a network with fewer differences"));
    }
}
