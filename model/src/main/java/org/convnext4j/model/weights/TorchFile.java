package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of {@code torch.save}, zip or legacy. Nothing in it is run. Tensors that are not contiguous or big-endian are put
 * into order when they are read, together at most {@value TorchTensors#MAX_COPIES} times the file's size.
 */
public final class TorchFile implements Checkpoint {
    private final CheckpointFile file;
    private final List<TensorEntry> entries;
    private final Set<String> foreign;

    private TorchFile(CheckpointFile file, List<TensorEntry> entries, Set<String> foreign) {
        this.file = file;
        this.entries = entries;
        this.foreign = foreign;
    }

    static TorchFile ofZip(CheckpointFile file) {
        return of(file, TorchZip.read(file.path(), file.all()));
    }

    static TorchFile ofLegacy(CheckpointFile file) {
        return of(file, TorchLegacy.read(file.path(), file.all()));
    }

    private static TorchFile of(CheckpointFile file, TorchContent content) {
        TorchTensors tensors = new TorchTensors(file, content);
        List<TensorEntry> entries = new ArrayList<>();
        StateDict.find(file.path(), content.root()).forEach((name, tensor) -> entries.add(tensors.entry(name, tensor)));
        return new TorchFile(file, List.copyOf(entries), content.foreign());
    }

    /** Opens a file of {@code torch.save}; {@link Checkpoint#open} tells the format itself. */
    public static TorchFile open(Path path) {
        Checkpoint checkpoint = Checkpoint.open(path);
        if (checkpoint instanceof TorchFile torch) {
            return torch;
        }
        checkpoint.close();
        throw new CheckpointException(path, "is a safetensors file, not one of torch.save");
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public List<TensorEntry> entries() {
        return entries;
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public List<Assumption> leftOut() {
        return foreign.isEmpty()
                ? List.of()
                : List.of(new Assumption(
                        "left out what is not known here and was never run: objects of " + String.join(", ", foreign),
                        false));
    }

    @Override
    public void close() {
        file.close();
    }
}
