package org.convnext4j.model.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the checkpoint in a folder as {@code save_pretrained}, timm and the hub's caches lay it out. */
public final class CheckpointFolder {
    /** The names that checkpoints have in such folders, preferred ones first. */
    public static final List<String> NAMES = List.of(
            "model.safetensors",
            "model.safetensors.index.json",
            "pytorch_model.bin",
            "pytorch_model.bin.index.json",
            "open_clip_model.safetensors",
            "open_clip_pytorch_model.bin");

    private CheckpointFolder() {}

    /**
     * The checkpoint that a path stands for: a folder stands for the first of {@link #NAMES} in it, everything else for
     * itself.
     *
     * @throws CheckpointException if it is a folder without one
     */
    public static Path checkpoint(Path path) {
        if (!Files.isDirectory(path)) {
            return path;
        }
        return NAMES.stream()
                .map(path::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new CheckpointException(
                        path, "is a folder without " + String.join(", ", NAMES) + "; name the checkpoint file"));
    }
}
