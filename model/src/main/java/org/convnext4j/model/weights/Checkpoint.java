package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The named tensors of an open file. Its tensors can be read, from any thread, until it is closed. */
public interface Checkpoint extends AutoCloseable {
    /** The file. */
    Path path();

    /** Every tensor, in the order the file lists them. */
    List<TensorEntry> entries();

    /** The file's own notes, often empty. */
    Map<String, String> metadata();

    /** What was left out on opening, for the user; often empty. */
    default List<Assumption> leftOut() {
        return List.of();
    }

    /** Closes the file; its tensors must not be read any more. May be called again. */
    @Override
    void close();

    /**
     * Opens a checkpoint of any supported format: safetensors, or what {@code torch.save} writes now (zip) or wrote
     * before version 1.6. The format is told from the content; the file's name does not matter. A folder stands for the
     * checkpoint in it, see {@link CheckpointFolder}, and an index ({@code model.safetensors.index.json}) for all the
     * files it names.
     *
     * @throws CheckpointException if the file cannot be read, is none of these or is damaged
     */
    static Checkpoint open(Path named) {
        Path path = CheckpointFolder.checkpoint(named);
        if (ShardIndex.isIndex(path.toString())) {
            return ShardedCheckpoint.open(path);
        }
        return CheckpointFormats.open(path);
    }
}
