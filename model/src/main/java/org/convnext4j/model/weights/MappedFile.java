package org.convnext4j.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped read-only, or a copy of one that cannot be mapped because it lies in a jar or another file system of
 * Java's own. Whatever is copied out of it for as long as it is open goes into the same arena.
 *
 * @param path of the file
 * @param arena closed with the file; any thread may read
 * @param data the whole file
 */
record MappedFile(Path path, Arena arena, MemorySegment data) implements AutoCloseable {
    private static final long MAX_COPIED_BYTES = 1 << 30;
    private static final long ALIGNMENT_BYTES = 64;

    /** Maps or copies a regular file that is not empty. */
    @SuppressWarnings("MustBeClosedChecker") // closed with the file
    static MappedFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new CheckpointException(path, "is a folder; name the checkpoint file in it");
        }
        if (!Files.exists(path)) {
            throw new CheckpointException(path, "no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException(path, "is not a regular file, and only those can be mapped");
        }
        Arena arena = Arena.ofShared();
        try {
            if (Files.size(path) == 0) {
                throw new CheckpointException(path, "is empty");
            }
            boolean mappable = path.getFileSystem().equals(FileSystems.getDefault());
            return new MappedFile(path, arena, mappable ? map(path, arena) : copy(path, arena));
        } catch (AccessDeniedException e) {
            arena.close();
            throw new CheckpointException(path, "may not be read; check its permissions", e);
        } catch (IOException e) {
            arena.close();
            throw new CheckpointException(path, "cannot be read: " + e.getMessage(), e);
        } catch (CheckpointException e) {
            arena.close();
            throw e;
        }
    }

    private static MemorySegment map(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    private static MemorySegment copy(Path path, Arena arena) throws IOException {
        long bytes = Files.size(path);
        if (bytes > MAX_COPIED_BYTES) {
            throw new CheckpointException(
                    path,
                    "has " + bytes + " bytes, and only " + MAX_COPIED_BYTES
                            + " can be read from within another file; unpack it");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readAllBytes();
            MemorySegment data = arena.allocate(content.length, ALIGNMENT_BYTES);
            return data.copyFrom(MemorySegment.ofArray(content)).asReadOnly();
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
