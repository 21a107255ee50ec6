package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.weights.AtomicFile;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.Layout;

/**
 * What lies where in a run's folder: {@code log.csv}, {@code checkpoints}, {@code best} where the best weights are kept,
 * and in the end {@code model.safetensors} with its {@code config.json}.
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

    /** The trained weights; there once the run has ended. */
    public Path model() {
        return model(folder);
    }

    /** The weights of the best validation; there if {@code checkpoint.best} is on and one was validated. */
    public Path bestModel() {
        return model(folder.resolve("best"));
    }

    /** Writes weights with the configuration that says how to use them; each file is there whole or not at all. */
    void write(
            Path model,
            ConvNeXtConfig network,
            ConvNeXtWeights weights,
            AugmentationConfig augmentation,
            List<String> classNames) {
        Path target = model.toAbsolutePath();
        try {
            Files.createDirectories(target.getParent());
        } catch (IOException e) {
            throw new TrainingException(target.getParent() + ": cannot be made a folder: " + e.getMessage(), e);
        }
        byte[] text = ModelConfig.text(network, augmentation, classNames).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(target.resolveSibling("config.json"), text);
        CheckpointWriter.write(target, network, weights, Layout.FACEBOOK, DType.F32, Map.of());
    }

    private static Path model(Path in) {
        return in.resolve("model.safetensors");
    }
}
