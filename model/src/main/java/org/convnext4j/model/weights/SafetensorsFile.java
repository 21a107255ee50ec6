package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file: the length of a JSON header (u64, little endian), the header, and the tensors' data
 * without gaps. Everything the header says is checked against the file before a tensor is handed out.
 */
public final class SafetensorsFile implements Checkpoint {
    /** Headers beyond this are refused, as the format's reference reader does. */
    public static final long MAX_HEADER_BYTES = 100_000_000;

    private final CheckpointFile file;
    private final SafetensorsHeader header;
    private final List<TensorEntry> entries;

    private SafetensorsFile(CheckpointFile file, SafetensorsHeader header, List<TensorEntry> entries) {
        this.file = file;
        this.header = header;
        this.entries = entries;
    }

    /** Opens a safetensors file; {@link Checkpoint#open} tells the format itself. */
    public static SafetensorsFile open(Path path) {
        CheckpointFile file = CheckpointFile.open(path);
        boolean opened = false;
        try {
            SafetensorsFile tensors = of(file);
            opened = true;
            return tensors;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    static SafetensorsFile of(CheckpointFile file) {
        Path path = file.path();
        FileRange all = file.all();
        long size = all.byteSize();
        if (size < Long.BYTES) {
            throw new CheckpointException(path, "has only " + size + " bytes, so it is no checkpoint");
        }
        FileWindow window = new FileWindow(all);
        long headerBytes = window.i64(0);
        if (size > Long.BYTES && window.u8(Long.BYTES) != '{') {
            throw new CheckpointException(
                    path, "is neither a safetensors file nor one that torch.save wrote; its header is no JSON object");
        }
        if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
            throw new CheckpointException(
                    path,
                    "says its header has " + Long.toUnsignedString(headerBytes) + " bytes; the limit is "
                            + MAX_HEADER_BYTES);
        }
        if (headerBytes > size - Long.BYTES) {
            throw new CheckpointException(
                    path,
                    "is cut short: its header should have " + headerBytes + " bytes, but only " + (size - Long.BYTES)
                            + " follow; fetch the file again");
        }
        SafetensorsHeader header =
                SafetensorsHeader.parse(path, new FileWindow(all.asSlice(Long.BYTES, headerBytes)).stream());
        FileRange data = all.asSlice(Long.BYTES + headerBytes);
        requireTiled(path, header, data.byteSize());
        List<TensorEntry> entries = new ArrayList<>();
        for (SafetensorsHeader.Item item : header.items()) {
            FileRange range = data.asSlice(item.begin(), item.end() - item.begin());
            entries.add(new TensorEntry(item.name(), item.dtype(), item.shape(), new TensorData.InFile(range)));
        }
        return new SafetensorsFile(file, header, List.copyOf(entries));
    }

    /** Every tensor has the size its shape needs, and together they cover the data once. */
    private static void requireTiled(Path path, SafetensorsHeader header, long dataBytes) {
        List<SafetensorsHeader.Item> items = new ArrayList<>(header.items());
        items.sort(
                Comparator.comparingLong(SafetensorsHeader.Item::begin).thenComparingLong(SafetensorsHeader.Item::end));
        long covered = 0;
        for (SafetensorsHeader.Item item : items) {
            String name = "tensor " + Names.cut(item.name());
            if (item.begin() < 0 || item.end() < item.begin()) {
                throw new CheckpointException(
                        path, name + " has the impossible offsets " + item.begin() + ".." + item.end());
            }
            if (item.end() > dataBytes) {
                throw new CheckpointException(
                        path,
                        name + " ends at byte " + item.end() + " of the data, but the file has only " + dataBytes
                                + "; it may be cut short, fetch it again");
            }
            long bytes = TensorEntry.byteSize(item.shape(), item.dtype());
            if (bytes != item.end() - item.begin()) {
                throw new CheckpointException(
                        path,
                        name + " of shape " + TensorEntry.format(item.shape()) + " and type " + item.dtype()
                                + " does not fit the " + (item.end() - item.begin()) + " bytes it is given");
            }
            if (item.begin() < covered) {
                throw new CheckpointException(path, name + " overlaps the tensor before it");
            }
            if (item.begin() > covered) {
                throw new CheckpointException(
                        path, "has a hole of " + (item.begin() - covered) + " bytes before " + Names.cut(name));
            }
            covered = item.end();
        }
        if (covered != dataBytes) {
            throw new CheckpointException(
                    path, "has " + (dataBytes - covered) + " bytes after its last tensor that belong to none");
        }
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
        return header.metadata();
    }

    @Override
    public void close() {
        file.close();
    }
}
