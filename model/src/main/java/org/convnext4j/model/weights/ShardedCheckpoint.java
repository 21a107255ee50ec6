package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tensors of a checkpoint in several files, as its index distributes them. */
final class ShardedCheckpoint implements Checkpoint {
    private final ShardIndex index;
    private final List<Checkpoint> shards;
    private final List<TensorEntry> entries;
    private final Map<String, String> metadata;

    private ShardedCheckpoint(
            ShardIndex index, List<Checkpoint> shards, List<TensorEntry> entries, Map<String, String> metadata) {
        this.index = index;
        this.shards = shards;
        this.entries = entries;
        this.metadata = metadata;
    }

    /** Opens an index and every file it names. */
    static ShardedCheckpoint open(Path path) {
        ShardIndex index = ShardIndex.read(path);
        List<Checkpoint> shards = new ArrayList<>();
        boolean opened = false;
        try {
            Map<String, Map<String, TensorEntry>> tensors = new HashMap<>();
            Map<String, String> metadata = new LinkedHashMap<>();
            for (String file : index.files()) {
                // A file, not a folder or another index, which could lead to any number of files.
                Checkpoint shard = CheckpointFormats.open(path.resolveSibling(file));
                shards.add(shard);
                Map<String, TensorEntry> byName = new HashMap<>();
                shard.entries().forEach(entry -> byName.put(entry.name(), entry));
                tensors.put(file, byName);
                shard.metadata().forEach(metadata::putIfAbsent);
            }
            List<TensorEntry> entries = new ArrayList<>();
            index.fileOf().forEach((tensor, file) -> {
                @Nullable
                TensorEntry entry = tensors.getOrDefault(file, Map.of()).get(tensor);
                if (entry == null) {
                    throw new CheckpointException(
                            path,
                            "says that " + tensor + " is in " + file + ", but it is not; fetch all files of the model"
                                    + " again");
                }
                entries.add(entry);
            });
            ShardedCheckpoint checkpoint =
                    new ShardedCheckpoint(index, List.copyOf(shards), List.copyOf(entries), Map.copyOf(metadata));
            opened = true;
            return checkpoint;
        } finally {
            if (!opened) {
                shards.forEach(Checkpoint::close);
            }
        }
    }

    @Override
    public Path path() {
        return index.path();
    }

    @Override
    public List<TensorEntry> entries() {
        return entries;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public void close() {
        shards.forEach(Checkpoint::close);
    }
}
