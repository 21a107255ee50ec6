package org.convnext4j.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Unpacks shared libraries into a folder once and makes sure that what is there is a true copy.
 *
 * <p>At every start, size and CRC-32 of each file are compared with the table of contents of the jar. A CRC-32 of all
 * bytes was chosen over a stored hash manifest: it finds every kind of damage and not only a wrong size, needs no file
 * of its own that could be lost or stale, and costs about 15 ms for the 41 MB of linux-x86_64, where SHA-256 in a
 * cold JVM costs many times that. It does not defend against a person who may write to the folder; neither would a
 * manifest that lies next to the files.
 *
 * <p>Two processes may unpack at once without a lock: each writes a file under a name of its own and renames it when
 * it is complete, so a file under its final name is whole at all times, and the second rename puts equal bytes in
 * place of the first. A library that another process has already loaded is replaced, never changed in place.
 */
final class UnpackedFiles {
    private static final String PART_SUFFIX = ".part";
    private static final Duration ABANDONED_AFTER = Duration.ofHours(1);
    private static final int CHUNK_BYTES = 1 << 20;

    private UnpackedFiles() {}

    /**
     * Unpacks what is missing or damaged.
     *
     * @param folder where the files shall lie; created if missing
     * @return the paths of the files, in the order given
     * @throws IOException if a file cannot be written whole, for example because the disk is full; nothing
     *     half-written is left under a final name
     */
    static List<Path> provide(Path folder, List<NativeFile> files) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (NativeFile file : files) {
            Path target = folder.resolve(file.name());
            if (!isTrueCopy(target, file)) {
                Files.createDirectories(folder);
                removeAbandonedParts(folder);
                unpack(file, target);
            }
            paths.add(target);
        }
        return paths;
    }

    /** Whether a path holds exactly the bytes of a file. */
    static boolean isTrueCopy(Path path, NativeFile file) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.size() == file.sizeBytes() && checksum(channel) == file.crc32();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static long checksum(FileChannel channel) throws IOException {
        CRC32 checksum = new CRC32();
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        while (channel.read(chunk) >= 0) {
            checksum.update(chunk.flip());
            chunk.clear();
        }
        return checksum.getValue();
    }

    private static void unpack(NativeFile file, Path target) throws IOException {
        Path part = target.resolveSibling(file.name() + "." + UUID.randomUUID() + PART_SUFFIX);
        try {
            write(file, part);
            if (!isTrueCopy(part, file)) {
                throw new IOException(
                        file.name() + " was not written whole to " + target.getParent() + "; is the disk full?");
            }
            try {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                // Windows refuses to replace a loaded library: fine if another process won and wrote the same bytes.
                if (!isTrueCopy(target, file)) {
                    throw e;
                }
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void write(NativeFile file, Path part) throws IOException {
        try (InputStream in = file.open();
                OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW)) {
            in.transferTo(out);
        }
    }

    // A process killed while unpacking leaves its part file; no one unpacks for an hour.
    private static void removeAbandonedParts(Path folder) throws IOException {
        Instant limit = Instant.now().minus(ABANDONED_AFTER);
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*" + PART_SUFFIX)) {
            for (Path part : parts) {
                removeIfOlder(part, limit);
            }
        }
    }

    private static void removeIfOlder(Path part, Instant limit) throws IOException {
        try {
            if (Files.getLastModifiedTime(part).toInstant().isBefore(limit)) {
                Files.deleteIfExists(part);
            }
        } catch (NoSuchFileException e) {
            // Another process finished or removed it in the meantime, which is the aim.
        }
    }
}
