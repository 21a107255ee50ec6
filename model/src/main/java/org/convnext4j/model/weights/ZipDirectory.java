package org.convnext4j.model.weights;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a zip archive, zip64 included. Entries are handed out as parts of the file, so only uncompressed ones
 * can be read and an archive can never grow in memory. Source: PKWARE's APPNOTE.
 */
final class ZipDirectory {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END_SIGNATURE = 0x06064b50;
    private static final int ZIP64_END_BYTES = 56;
    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int ZIP64_EXTRA = 1;
    private static final int MAX_COMMENT = 0xffff;
    private static final long IN_ZIP64 = 0xffffffffL;

    private final Path path;
    private final FileRange file;
    private final FileWindow data;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(int flags, int method, long compressed, long size, long header) {}

    ZipDirectory(Path path, FileRange file) {
        this.path = path;
        this.file = file;
        this.data = new FileWindow(file);
        long end = findEnd();
        long offset = data.u32(end + 16);
        long bytes = data.u32(end + 12);
        long locator = end - ZIP64_LOCATOR_BYTES;
        if (locator >= 0 && data.i32(locator) == ZIP64_LOCATOR_SIGNATURE) {
            long end64 = data.i64(locator + 8);
            require(end64 >= 0 && end64 <= data.byteSize() - ZIP64_END_BYTES, "its zip64 directory lies outside it");
            require(data.i32(end64) == ZIP64_END_SIGNATURE, "its zip64 directory is damaged");
            bytes = data.i64(end64 + 40);
            offset = data.i64(end64 + 48);
        }
        require(
                offset >= 0 && bytes >= 0 && bytes <= data.byteSize() - offset,
                "its zip directory lies outside it; it may be cut short");
        readCentral(offset, offset + bytes);
    }

    /** The names of all entries. */
    Set<String> names() {
        return entries.keySet();
    }

    /**
     * The content of an entry; empty if there is none of this name.
     *
     * @throws CheckpointException if it is compressed, encrypted or lies outside the file
     */
    Optional<FileRange> get(String name) {
        @Nullable Entry entry = entries.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        require(
                (entry.flags & 1) == 0 && entry.method == 0,
                "its entry " + Names.cut(name) + " is compressed or encrypted, which torch.save never does;"
                        + " unpack it and pack it again with zip -0");
        require(entry.compressed == entry.size, "its entry " + Names.cut(name) + " has two different sizes");
        require(
                entry.header >= 0 && entry.header <= data.byteSize() - LOCAL_BYTES,
                "its entry " + Names.cut(name) + " lies outside it; it may be cut short");
        require(data.i32(entry.header) == LOCAL_SIGNATURE, "its entry " + Names.cut(name) + " has a damaged header");
        long start = entry.header + LOCAL_BYTES + data.u16(entry.header + 26) + data.u16(entry.header + 28);
        require(
                entry.size >= 0 && start <= data.byteSize() && entry.size <= data.byteSize() - start,
                "its entry " + Names.cut(name) + " ends outside it; it may be cut short");
        return Optional.of(file.asSlice(start, entry.size));
    }

    private long findEnd() {
        long last = data.byteSize() - END_BYTES;
        for (long at = last; at >= 0 && last - at <= MAX_COMMENT; at--) {
            if (data.i32(at) == END_SIGNATURE && data.u16(at + 20) == last - at) {
                return at;
            }
        }
        throw new CheckpointException(path, "is a zip archive without a directory; it is cut short, fetch it again");
    }

    private void readCentral(long offset, long end) {
        long at = offset;
        while (at < end) {
            require(end - at >= CENTRAL_BYTES && data.i32(at) == CENTRAL_SIGNATURE, "its zip directory is damaged");
            int nameBytes = data.u16(at + 28);
            int extraBytes = data.u16(at + 30);
            long next = at + CENTRAL_BYTES + nameBytes + extraBytes + data.u16(at + 32);
            require(next <= end, "its zip directory is damaged");
            byte[] name = data.toArray(at + CENTRAL_BYTES, nameBytes);
            String text = new String(name, StandardCharsets.UTF_8);
            Entry entry = entry(at, at + CENTRAL_BYTES + nameBytes, extraBytes);
            require(entries.put(text, entry) == null, "its zip directory has the entry " + text + " twice");
            at = next;
        }
    }

    private Entry entry(long at, long extra, int extraBytes) {
        long compressed = data.u32(at + 20);
        long size = data.u32(at + 24);
        long header = data.u32(at + 42);
        long extraEnd = extra + extraBytes;
        for (long e = extra; e + 4 <= extraEnd; ) {
            long end = e + 4 + data.u16(e + 2);
            require(end <= extraEnd, "its zip directory is damaged");
            if (data.u16(e) == ZIP64_EXTRA) {
                long field = e + 4;
                if (size == IN_ZIP64) {
                    size = zip64(field, end);
                    field += Long.BYTES;
                }
                if (compressed == IN_ZIP64) {
                    compressed = zip64(field, end);
                    field += Long.BYTES;
                }
                if (header == IN_ZIP64) {
                    header = zip64(field, end);
                }
            }
            e = end;
        }
        return new Entry(data.u16(at + 8), data.u16(at + 10), compressed, size, header);
    }

    private long zip64(long field, long end) {
        require(field + Long.BYTES <= end, "its zip64 directory is damaged");
        return data.i64(field);
    }

    private void require(boolean condition, String reason) {
        if (!condition) {
            throw new CheckpointException(path, reason);
        }
    }
}
