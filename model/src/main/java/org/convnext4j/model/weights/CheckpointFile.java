package org.convnext4j.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.convnext4j.bindings.LargeMemory;
import org.convnext4j.model.failure.FileFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open checkpoint file, which is read part by part when somebody asks. It is never mapped: a mapping is at the mercy of
 * every process that may write to the file, and one that truncates it ends the JVM or changes weights in use. A file
 * within a jar or another file system of Java's own is copied as a whole, for it has no positions to read at.
 *
 * <p>Any thread may read, several at once.
 */
final class CheckpointFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFile.class);
    private static final long MAX_COPIED_BYTES = 1 << 30;
    private static final int ALIGNMENT_BYTES = 64;

    /** The most that one call of the system reads; a thread can be interrupted between two. */
    private static final long READ_BYTES = 8 << 20;

    /** The same where the target is on the heap: NIO keeps a buffer of this size for each thread that reads. */
    private static final long HEAP_READ_BYTES = 1 << 16;

    private final Path path;
    private final long bytes;
    private final @Nullable FileChannel channel;
    private final Arena arena;
    private final @Nullable MemorySegment copy;
    private volatile boolean closed;

    private CheckpointFile(
            Path path, long bytes, @Nullable FileChannel channel, @Nullable MemorySegment copy, Arena arena) {
        this.path = path;
        this.bytes = bytes;
        this.channel = channel;
        this.copy = copy;
        this.arena = arena;
    }

    /** A file whose content is in memory, which must outlive it. */
    @SuppressWarnings("MustBeClosedChecker") // closed with the file
    static CheckpointFile of(Path path, MemorySegment content) {
        return new CheckpointFile(path, content.byteSize(), null, content, Arena.ofShared());
    }

    /** Opens a regular file that is not empty. */
    static CheckpointFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new CheckpointException(path, "is a folder; name the checkpoint file in it");
        }
        if (!Files.exists(path)) {
            throw new CheckpointException(path, "no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException(path, "is not a regular file, and only those can be read at any place");
        }
        try {
            return path.getFileSystem().equals(FileSystems.getDefault()) ? openChannel(path) : copied(path);
        } catch (IOException e) {
            throw new CheckpointException(path, FileFailure.reading(e), e);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with the file
    private static CheckpointFile openChannel(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            CheckpointFile file =
                    new CheckpointFile(path, requireContent(path, channel.size()), channel, null, Arena.ofShared());
            opened = true;
            return file;
        } finally {
            if (!opened) {
                close(path, channel);
            }
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with the file
    private static CheckpointFile copied(Path path) throws IOException {
        long bytes = requireContent(path, Files.size(path));
        if (bytes > MAX_COPIED_BYTES) {
            throw new CheckpointException(
                    path,
                    "has " + bytes + " bytes, and only " + MAX_COPIED_BYTES
                            + " can be read from within another file; unpack it");
        }
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (InputStream in = Files.newInputStream(path)) {
            MemorySegment copy = LargeMemory.allocate(arena, bytes, ALIGNMENT_BYTES);
            byte[] part = new byte[(int) HEAP_READ_BYTES];
            for (long done = 0; done < bytes; ) {
                int count = in.readNBytes(part, 0, (int) Math.min(part.length, bytes - done));
                if (count == 0) {
                    throw cutShort(path, bytes, done);
                }
                MemorySegment.copy(MemorySegment.ofArray(part), 0, copy, done, count);
                done += count;
            }
            CheckpointFile file = new CheckpointFile(path, bytes, null, copy, arena);
            opened = true;
            return file;
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    private static long requireContent(Path path, long bytes) {
        if (bytes == 0) {
            throw new CheckpointException(path, "is empty");
        }
        return bytes;
    }

    /** Where it lies. */
    Path path() {
        return path;
    }

    /** The whole file. */
    FileRange all() {
        return new FileRange(this, 0, bytes);
    }

    /** Memory that is freed when the file is closed. */
    MemorySegment allocate(long bytes) {
        return LargeMemory.allocate(arena, bytes, ALIGNMENT_BYTES);
    }

    /**
     * Fills memory with the bytes from {@code position} on.
     *
     * @throws CheckpointException if the file cannot be read, has become shorter, or the thread is interrupted
     * @throws IllegalStateException if it is closed
     */
    void read(long position, MemorySegment target) {
        if (closed) {
            throw closed();
        }
        try {
            if (channel == null) {
                MemorySegment.copy(Objects.requireNonNull(copy), position, target, 0, target.byteSize());
            } else {
                read(channel, position, target);
            }
        } catch (ClosedChannelException e) {
            if (closed) {
                throw closed();
            }
            throw new CheckpointException(path, FileFailure.reading(e), e);
        } catch (EOFException e) {
            throw cutShort(path, bytes, position);
        } catch (IOException e) {
            throw new CheckpointException(path, FileFailure.reading(e), e);
        }
    }

    private static void read(FileChannel channel, long position, MemorySegment target) throws IOException {
        long most = target.isNative() ? READ_BYTES : HEAP_READ_BYTES;
        for (long done = 0; done < target.byteSize(); ) {
            ByteBuffer part = target.asSlice(done, Math.min(most, target.byteSize() - done))
                    .asByteBuffer();
            int count = channel.read(part, position + done);
            if (count < 0) {
                throw new EOFException();
            }
            done += count;
        }
    }

    private static CheckpointException cutShort(Path path, long bytes, long position) {
        return new CheckpointException(
                path,
                "had " + bytes + " bytes when it was opened and ends before them now (reading from byte " + position
                        + "): another process has changed it; load it again when that is done");
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the checkpoint " + path + " is closed");
    }

    /** Closes the file and frees what was read of it into {@link #allocate memory of its own}; may be called again. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        if (channel != null) {
            close(path, channel);
        }
        arena.close();
    }

    private static void close(Path path, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{} cannot be closed", path, e);
        }
    }
}
