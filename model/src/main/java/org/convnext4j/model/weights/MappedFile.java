package org.convnext4j.model.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped read-only. Whatever is copied out of it for as long as it is open goes into the same arena.
 *
 * @param path of the file
 * @param arena closed with the file; any thread may read
 * @param data the whole file
 */
record MappedFile(Path path, Arena arena, MemorySegment data) implements AutoCloseable {
    /** Maps a regular file that is not empty. */
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
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size == 0) {
                throw new CheckpointException(path, "is empty");
            }
            return new MappedFile(path, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
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

    @Override
    public void close() {
        arena.close();
    }
}
