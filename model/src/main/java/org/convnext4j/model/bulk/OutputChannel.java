package org.convnext4j.model.bulk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.ModelException;

/** A file of results that is read and appended to. What cannot be appended as a whole is not there at all. */
final class OutputChannel {
    private OutputChannel() {}

    /**
     * Opens a file, which is made if it is not there.
     *
     * @throws ModelException if it cannot be written
     */
    static FileChannel open(Path path) {
        if (Files.isDirectory(path)) {
            throw new ModelException(path + ": cannot be written: it is a folder; name a file in it");
        }
        try {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            requirePosition(channel, path);
            return channel;
        } catch (NoSuchFileException e) {
            throw new ModelException(path + ": cannot be written: its folder does not exist", e);
        } catch (AccessDeniedException e) {
            throw new ModelException(path + ": cannot be written: no permission; name a file that can", e);
        } catch (IOException e) {
            throw new ModelException(
                    path + ": cannot be written (" + FileFailure.reason(e) + "); name a file that can", e);
        }
    }

    /** A pipe or terminal has no place to come back to, as a record that cannot be written as a whole needs it. */
    private static void requirePosition(FileChannel channel, Path path) throws IOException {
        try {
            channel.position();
        } catch (IOException e) {
            channel.close();
            throw new ModelException(
                    path + ": is no regular file, of which an incomplete result can be cut off; name one", e);
        }
    }

    /** Appends all of it, or on a failure nothing where a file can be cut off. */
    static void append(FileChannel channel, ByteBuffer bytes) throws IOException {
        long begin = channel.position();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            try {
                channel.truncate(begin);
            } catch (IOException cut) {
                e.addSuppressed(cut);
            }
            throw e;
        }
    }

    /** Brings what was written to the disk, if it is on one, and closes. */
    static void close(FileChannel channel, Path path) throws IOException {
        try (channel) {
            if (channel.isOpen() && Files.isRegularFile(path)) {
                channel.force(true);
            }
        }
    }
}
