package org.convnext4j.model.weights;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Tells the format of a single checkpoint file from its first bytes. */
final class CheckpointFormats {
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F'};
    private static final byte[] GIT_LFS = "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);
    private static final byte PICKLE = (byte) 0x80;
    private static final int MAGIC_BYTES = 32;

    private CheckpointFormats() {}

    /**
     * Opens a file of any supported format; folders and indexes are refused.
     *
     * @throws CheckpointException as {@link Checkpoint#open}
     */
    static Checkpoint open(Path path) {
        CheckpointFile file = CheckpointFile.open(path);
        boolean opened = false;
        try {
            Checkpoint checkpoint = of(file);
            opened = true;
            return checkpoint;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private static Checkpoint of(CheckpointFile file) {
        Path path = file.path();
        FileRange all = file.all();
        byte[] start = all.toArray(0, (int) Math.min(MAGIC_BYTES, all.byteSize()));
        if (startsWith(start, ZIP)) {
            return TorchFile.ofZip(file);
        }
        if (TorchLegacy.isLegacy(start)) {
            return TorchFile.ofLegacy(file);
        }
        if (start.length > 1 && start[0] == PICKLE && start[1] <= 5) {
            byte ninth = start.length > 8 ? start[8] : 0;
            if (ninth != '{') {
                throw new CheckpointException(
                        path, "is a bare pickle, not what torch.save writes; save it with torch.save");
            }
        }
        if (startsWith(start, HDF5)) {
            throw new CheckpointException(path, "is an HDF5 file; use the PyTorch or safetensors file");
        }
        if (startsWith(start, GIT_LFS)) {
            throw new CheckpointException(path, "is a Git LFS pointer, not the file itself; run git lfs pull");
        }
        return SafetensorsFile.of(file);
    }

    private static boolean startsWith(byte[] start, byte[] magic) {
        return start.length >= magic.length && Arrays.equals(start, 0, magic.length, magic, 0, magic.length);
    }
}
