package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a file beside its target and moves it there when it is complete, so that nobody sees half of it. What a process
 * that was killed left half written is removed when the same target is written next.
 */
public final class AtomicFile {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);

    /** Creates the temporary file; tests put a failing one here. */
    interface Opener {
        WritableByteChannel open(Path temp) throws IOException;
    }

    /** Writes the content. */
    public interface Content {
        /** All of it, from the first byte to the last. */
        void write(WritableByteChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes {@code content} to {@code target}, through a symbolic link if it is one.
     *
     * @throws CheckpointException if that fails; the target is as it was and no temporary file is left
     */
    public static void write(Path target, Content content) {
        write(target, temp -> FileChannel.open(temp, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), content);
    }

    /**
     * Writes these bytes to {@code target}, through a symbolic link if it is one.
     *
     * @throws CheckpointException if that fails; the target is as it was and no temporary file is left
     */
    public static void write(Path target, byte[] content) {
        write(target, channel -> ChannelWrites.all(channel, content));
    }

    /**
     * Writes {@code content} to {@code target}, through a symbolic link if it is one.
     *
     * @throws CheckpointException if that fails; the target is as it was and no temporary file is left
     */
    static void write(Path target, Opener opener, Content content) {
        Path temp = null;
        try {
            Path real = Files.isSymbolicLink(target) && Files.exists(target) ? target.toRealPath() : target;
            if (Files.isDirectory(real)) {
                throw new CheckpointException(target, "is a folder; name a file in it");
            }
            if (Files.exists(real) && !Files.isRegularFile(real)) {
                throw new CheckpointException(target, "is not a regular file, so it cannot be replaced");
            }
            try (TemporaryFile beside = TemporaryFile.create(real, opener)) {
                temp = beside.path();
                WritableByteChannel channel = beside.channel();
                content.write(channel);
                if (channel instanceof FileChannel fileChannel) {
                    fileChannel.force(true);
                }
                // While it is locked, lest another process take it for one that was left behind.
                Files.move(temp, real, StandardCopyOption.ATOMIC_MOVE);
                temp = null;
            }
        } catch (AccessDeniedException e) {
            throw new CheckpointException(target, "cannot be written: no permission to create files in its folder", e);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(target, "cannot be written: its folder does not exist", e);
        } catch (IOException e) {
            throw new CheckpointException(target, "cannot be written: " + FileFailure.reason(e), e);
        } finally {
            if (temp != null) {
                delete(temp);
            }
        }
    }

    /** Removes what is half written; a failure here must not hide the one before it. */
    private static void delete(Path temp) {
        try {
            Files.deleteIfExists(temp);
        } catch (IOException e) {
            LOG.warn("{} is left over and cannot be removed", temp, e);
        }
    }
}
