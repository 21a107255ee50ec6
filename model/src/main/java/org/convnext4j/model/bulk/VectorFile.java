package org.convnext4j.model.bulk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.ModelException;

/**
 * Vectors of one length as a NumPy file (format version 1.0): float32, (N, C), row-major. It can be read at any time: the
 * header is of a fixed size and tells the rows that are complete. Not thread-safe.
 *
 * <p>Every failure is a {@link ModelException} that names the file.
 */
public final class VectorFile implements AutoCloseable {
    private static final int HEADER_BYTES = 128;
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    private final Path path;
    private final FileChannel channel;
    private final int channels;
    private long rows;

    private VectorFile(Path path, FileChannel channel, int channels, long rows) {
        this.path = path;
        this.channel = channel;
        this.channels = channels;
        this.rows = rows;
    }

    /**
     * Starts a file that must not be there yet, or be empty.
     *
     * @param channels C
     * @throws ModelException if it has content or cannot be written
     */
    public static VectorFile create(Path path, int channels) {
        return open(path, channels, 0, false);
    }

    /**
     * Goes on with a file after its first rows, or starts it if it is not there; what it has beyond those is cut off.
     *
     * @param channels C
     * @param rows how many the file has and are to stay
     * @throws ModelException if the file is another, has fewer rows or cannot be written; it is as it was then
     */
    public static VectorFile resume(Path path, int channels, long rows) {
        return open(path, channels, rows, true);
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with the vector file
    private static VectorFile open(Path path, int channels, long rows, boolean resume) {
        if (Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path)) {
            throw new ModelException(
                    path + ": is no regular file, in which vectors can be put in their place; name one");
        }
        FileChannel channel = OutputChannel.open(path);
        VectorFile file = new VectorFile(path, channel, channels, rows);
        try {
            file.begin(resume);
            return file;
        } catch (IOException e) {
            file.close();
            throw file.failure(e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void begin(boolean resume) throws IOException {
        if (channel.size() > 0) {
            if (!resume) {
                throw new ModelException(
                        path + ": is there already; go on with it (resume), name another file or" + " remove it");
            }
            requireOwn();
        }
        long wanted = HEADER_BYTES + rows * channels * Float.BYTES;
        if (rows > 0 && channel.size() < wanted) {
            throw new ModelException(
                    path + ": has fewer than the " + rows + " rows that are to stay; start again with other files");
        }
        channel.truncate(wanted);
        writeHeader();
        channel.position(wanted);
    }

    /** A header of this class's own making, whatever number of rows it tells. */
    private void requireOwn() throws IOException {
        ByteBuffer found = ByteBuffer.allocate(HEADER_BYTES);
        while (found.hasRemaining() && channel.read(found, found.position()) > 0) {
            // until full or at the end
        }
        String text = new String(found.array(), 0, found.position(), StandardCharsets.ISO_8859_1);
        String own = new String(header(0), StandardCharsets.ISO_8859_1);
        int shape = own.indexOf("(0,");
        String end = ", " + channels + "), }";
        boolean same = text.length() == HEADER_BYTES
                && text.startsWith(own.substring(0, shape))
                && text.stripTrailing().endsWith(end);
        if (!same) {
            throw new ModelException(
                    path + ": is there already and has no vectors of " + channels + " floats; name another file");
        }
    }

    /**
     * Appends rows and hands them to the operating system.
     *
     * @param vectors (n, C), row-major
     * @throws ModelException if the disk is full or the like
     */
    public void append(float[] vectors) {
        if (vectors.length % channels != 0) {
            throw new IllegalArgumentException(vectors.length + " floats are no rows of " + channels);
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(vectors.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vectors);
        try {
            OutputChannel.append(channel, bytes);
            rows += vectors.length / channels;
            writeHeader();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void writeHeader() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(header(rows));
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    private byte[] header(long count) {
        String text = String.format(
                Locale.ROOT, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", count, channels);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int length = HEADER_BYTES - MAGIC.length - Short.BYTES;
        header.put(MAGIC).putShort((short) length);
        String padded = text + " ".repeat(length - 1 - text.length()) + "\n";
        return header.put(padded.getBytes(StandardCharsets.US_ASCII)).array();
    }

    private ModelException failure(IOException e) {
        return new ModelException(path + ": cannot be written (" + FileFailure.reason(e) + "); is the disk full?", e);
    }

    /** Brings what was written to the disk. */
    @Override
    public void close() {
        try {
            OutputChannel.close(channel, path);
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
