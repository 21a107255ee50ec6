package org.convnext4j.model.bulk;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.ModelException;

/**
 * A text file, UTF-8, that results are appended to, one record each. A run that was cut off leaves at most its last
 * record incomplete; the next one drops that and goes on. The file is locked against a second run. Not thread-safe.
 *
 * <p>Every failure is a {@link ModelException} that names the file.
 */
public final class RecordFile implements AutoCloseable {
    private static final int MAX_RECORD_BYTES = 64 << 20;
    private static final int READ_BYTES = 1 << 16;

    /** Is told of what a file has already. Both may throw if the file is something else; then it stays as it is. */
    @FunctionalInterface
    public interface Reader {
        /** A complete record without its line feed, in the order of the file. */
        void record(String text);

        /** What follows the last complete record, and is going to be cut off. */
        default void incomplete(String text) {}
    }

    private final Path path;
    private final FileChannel channel;

    private RecordFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Starts a file that must not be there yet, or be empty.
     *
     * @throws ModelException if it has content or cannot be written
     */
    public static RecordFile create(Path path) {
        RecordFile file = open(path);
        try {
            if (file.channel.size() > 0) {
                throw new ModelException(
                        path + ": is there already; go on with it (resume), name another file or" + " remove it");
            }
            return file;
        } catch (IOException e) {
            file.close();
            throw file.failure("cannot be read", e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Goes on with a file, or starts it if it is not there. An incomplete last record is cut off.
     *
     * @param format how its records end
     * @param reader told of what is there
     * @throws ModelException if the file cannot be read and written, or a record is impossibly long; whatever
     *     {@code reader} throws. Nothing is cut off then
     */
    public static RecordFile resume(Path path, RecordFormat format, Reader reader) {
        RecordFile file = open(path);
        try {
            file.channel.truncate(file.scan(format, reader));
            file.channel.position(file.channel.size());
            return file;
        } catch (IOException e) {
            file.close();
            throw file.failure("cannot be read", e);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with the record file
    private static RecordFile open(Path path) {
        FileChannel channel = OutputChannel.open(path);
        RecordFile file = new RecordFile(path, channel);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return file;
            }
        } catch (OverlappingFileLockException e) {
            file.close();
            throw new ModelException(path + ": is being written in this very process; name another file", e);
        } catch (IOException e) {
            // A file system without locks: two runs at once are then the user's to avoid.
            return file;
        }
        file.close();
        throw new ModelException(path + ": is being written by another run; wait for it or name another file");
    }

    /** Reads all records. Returns where the last complete one ends, in bytes. */
    private long scan(RecordFormat format, Reader reader) throws IOException {
        channel.position(0);
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel), READ_BYTES);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        long readBytes = 0;
        long completeBytes = 0;
        boolean quoted = false;
        for (int b = in.read(); b >= 0; b = in.read()) {
            readBytes++;
            quoted ^= b == '"' && format == RecordFormat.CSV;
            if (b == '\n' && !quoted) {
                reader.record(record.toString(StandardCharsets.UTF_8));
                record.reset();
                completeBytes = readBytes;
            } else {
                record.write(b);
            }
            if (record.size() > MAX_RECORD_BYTES) {
                throw new ModelException(path + ": has no end of line for " + MAX_RECORD_BYTES
                        + " bytes, so it is no file of results; name another file");
            }
        }
        if (record.size() > 0) {
            reader.incomplete(record.toString(StandardCharsets.UTF_8));
        }
        return completeBytes;
    }

    /** Whether there is no record yet. */
    public boolean isEmpty() {
        try {
            return channel.size() == 0;
        } catch (IOException e) {
            throw failure("cannot be read", e);
        }
    }

    /**
     * Appends records with a line feed each and hands them to the operating system. Those of a call that fails are not
     * in the file.
     *
     * @throws ModelException if the disk is full or the like
     */
    public void append(List<String> records) {
        StringBuilder text = new StringBuilder();
        records.forEach(record -> text.append(record).append('\n'));
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
        try {
            OutputChannel.append(channel, bytes);
        } catch (IOException e) {
            throw failure("cannot be written; is the disk full?", e);
        }
    }

    private ModelException failure(String what, IOException e) {
        return new ModelException(path + ": " + what + " (" + FileFailure.reason(e) + ")", e);
    }

    /** Brings what was written to the disk and unlocks the file. */
    @Override
    public void close() {
        try {
            OutputChannel.close(channel, path);
        } catch (IOException e) {
            throw failure("cannot be written to the end", e);
        }
    }
}
