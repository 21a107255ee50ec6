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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import org.convnext4j.model.ModelException;

/**
 * A text file, UTF-8, that results are appended to, one record each. A run that was cut off leaves at most its last
 * record incomplete; the next one drops that and goes on. The file is locked against a second run. Not thread-safe.
 *
 * <p>Every failure is a {@link ModelException} that names the file.
 */
public final class RecordFile implements AutoCloseable {
    private static final int MAX_RECORD_BYTES = 64 << 20;
    private static final int READ_BYTES = 1 << 16;

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
     * @param seen told of every complete record, in the order of the file, without the line feed
     * @throws ModelException if the file cannot be read and written, or a record is impossibly long; whatever
     *     {@code seen} throws. Nothing is cut off then
     */
    public static RecordFile resume(Path path, RecordFormat format, Consumer<String> seen) {
        RecordFile file = open(path);
        try {
            file.channel.truncate(file.scan(format, seen));
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
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        } catch (NoSuchFileException e) {
            throw new ModelException(path + ": cannot be written: its folder does not exist", e);
        } catch (IOException e) {
            throw new ModelException(path + ": cannot be written (" + e + "); name a file that can", e);
        }
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
    private long scan(RecordFormat format, Consumer<String> seen) throws IOException {
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
                seen.accept(record.toString(StandardCharsets.UTF_8));
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
     * Appends records with a line feed each and hands them to the operating system.
     *
     * @throws ModelException if the disk is full or the like
     */
    public void append(List<String> records) {
        StringBuilder text = new StringBuilder();
        records.forEach(record -> text.append(record).append('\n'));
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw failure("cannot be written; is the disk full?", e);
        }
    }

    private ModelException failure(String what, IOException e) {
        return new ModelException(path + ": " + what + " (" + e + ")", e);
    }

    /** Brings what was written to the disk and unlocks the file. */
    @Override
    public void close() {
        try (channel) {
            if (channel.isOpen()) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw failure("cannot be written to the end", e);
        }
    }
}
