package org.convnext4j.model.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
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

    /** Unmaps the file; its tensors must not be read any more. */
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
        MappedFile file = MappedFile.open(path);
        try {
            MemorySegment data = file.data();
            if (startsWith(data, 'P', 'K', 3, 4)) {
                return TorchFile.ofZip(file);
            }
            if (TorchLegacy.isLegacy(data)) {
                return TorchFile.ofLegacy(file);
            }
            if (startsWith(data, 0x80) && data.byteSize() > 1 && data.get(ValueLayout.JAVA_BYTE, 1) <= 5) {
                byte ninth = data.byteSize() > 8 ? data.get(ValueLayout.JAVA_BYTE, 8) : 0;
                if (ninth != '{') {
                    throw new CheckpointException(
                            path, "is a bare pickle, not what torch.save writes; save it with torch.save");
                }
            }
            if (startsWith(data, 0x89, 'H', 'D', 'F')) {
                throw new CheckpointException(path, "is an HDF5 file; use the PyTorch or safetensors file");
            }
            if (startsWith(data, "version https://git-lfs".getBytes(StandardCharsets.US_ASCII))) {
                throw new CheckpointException(path, "is a Git LFS pointer, not the file itself; run git lfs pull");
            }
            return SafetensorsFile.of(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static boolean startsWith(MemorySegment data, int... magic) {
        byte[] bytes = new byte[magic.length];
        for (int i = 0; i < magic.length; i++) {
            bytes[i] = (byte) magic[i];
        }
        return startsWith(data, bytes);
    }

    private static boolean startsWith(MemorySegment data, byte[] magic) {
        return data.byteSize() >= magic.length
                && data.asSlice(0, magic.length).mismatch(MemorySegment.ofArray(magic)) < 0;
    }
}
