package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layout of {@code torch.save} before version 1.6: four pickles (magic number, protocol version, the writer's
 * machine, the object), a fifth with the storages' keys, then for each key the number of elements (i64) and the
 * elements.
 */
final class TorchLegacy {
    /** The number in the first pickle, an integer of ten bytes, and that pickle's end. */
    private static final byte[] MAGIC = {
        (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19, '.'
    };

    private static final int FRAME = 0x95;

    private static final long PROTOCOL = 1001;

    private TorchLegacy() {}

    /** Whether a file begins with the magic number, in a pickle of protocol 2 (torch's default) or any later one. */
    static boolean isLegacy(byte[] start) {
        boolean pickle = start.length > 2 && start[0] == (byte) 0x80;
        // From protocol 4 on a frame of nine bytes comes first.
        int at = pickle && start[2] == (byte) FRAME ? 2 + 1 + Long.BYTES : 2;
        return pickle
                && start.length >= at + MAGIC.length
                && Arrays.equals(start, at, at + MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    static TorchContent read(Path path, FileRange data) {
        Unpickler unpickler = new Unpickler(path, data);
        unpickler.read();
        if (!unpickler.read().equals(PROTOCOL)) {
            throw new CheckpointException(path, "is a legacy torch file of an unknown protocol version");
        }
        Object machine = unpickler.read();
        boolean bigEndian = machine instanceof PickleDict facts && Boolean.FALSE.equals(facts.get("little_endian"));
        Object root = unpickler.read();
        Object keys = unpickler.read();
        if (!(keys instanceof PickleTuple list)) {
            throw new CheckpointException(path, "is a legacy torch file without a list of storages");
        }
        Map<String, FileRange> storages = new HashMap<>();
        FileWindow window = new FileWindow(data);
        long at = unpickler.position();
        for (Object key : list.items()) {
            @Nullable
            TorchStorage storage = key instanceof String ? unpickler.storages().get(key) : null;
            if (storage == null) {
                throw new CheckpointException(
                        path, "has a storage whose type is not known here, or that no tensor refers to");
            }
            if (data.byteSize() - at < Long.BYTES) {
                throw cutShort(path);
            }
            long count = window.i64(at);
            long elements = bigEndian ? Long.reverseBytes(count) : count;
            at += Long.BYTES;
            if (elements < 0
                    || elements > (data.byteSize() - at) / storage.dtype().bytes()) {
                throw cutShort(path);
            }
            long bytes = elements * storage.dtype().bytes();
            storages.put(storage.key(), data.asSlice(at, bytes));
            at += bytes;
        }
        return new TorchContent(root, storages, bigEndian, unpickler.foreignNames());
    }

    private static CheckpointException cutShort(Path path) {
        return new CheckpointException(path, "is cut short within its storages; fetch it again");
    }
}
