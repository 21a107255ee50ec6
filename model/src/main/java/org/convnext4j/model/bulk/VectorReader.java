package org.convnext4j.model.bulk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.ModelException;

/**
 * Reads the vectors of a NumPy file, float32, (N, C), row-major, such as {@link VectorFile} and {@code numpy.save} write,
 * a few rows at a time. Not thread-safe.
 *
 * <p>Every failure is a {@link ModelException} that names the file.
 */
public final class VectorReader implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER_BYTES = 1 << 16;
    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

    private final Path path;
    private final FileChannel channel;
    private long dataBytes;
    private long rows;
    private int channels;

    private VectorReader(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a file.
     *
     * @throws ModelException if it cannot be read or is no such file; the message has the mend
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the reader
    public static VectorReader open(Path path) {
        if (Files.isDirectory(path)) {
            throw new ModelException(path + ": is a folder; name the .npy file in it");
        }
        try {
            VectorReader reader = new VectorReader(path, FileChannel.open(path, StandardOpenOption.READ));
            try {
                reader.readHeader();
                return reader;
            } catch (IOException | RuntimeException e) {
                reader.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new ModelException(path + ": does not exist; embed --npy writes such a file", e);
        } catch (IOException e) {
            throw new ModelException(path + ": cannot be read (" + FileFailure.reason(e) + ")", e);
        }
    }

    /** N. */
    public long rows() {
        return rows;
    }

    /** C. */
    public int channels() {
        return channels;
    }

    /**
     * Some rows, one after the other.
     *
     * @param first of them
     * @param count of them
     * @return (count, C), row-major
     * @throws ModelException if they cannot be read or have a number that is none
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public float[] read(long first, int count) {
        if (first < 0 || count < 0 || first + count > rows) {
            throw new IndexOutOfBoundsException("rows " + first + " and " + count + " on, of " + rows);
        }
        ByteBuffer bytes = buffer(Math.multiplyExact(Math.multiplyExact(count, channels), Float.BYTES));
        try {
            fill(bytes, dataBytes + first * channels * Float.BYTES);
        } catch (IOException e) {
            throw new ModelException(path + ": cannot be read (" + FileFailure.reason(e) + ")", e);
        }
        float[] vectors = new float[count * channels];
        bytes.flip().asFloatBuffer().get(vectors);
        for (int i = 0; i < vectors.length; i++) {
            if (!Float.isFinite(vectors[i])) {
                throw new ModelException(path + ": row " + (first + i / channels) + " has the number " + vectors[i]
                        + "; write the file again");
            }
        }
        return vectors;
    }

    private void readHeader() throws IOException {
        byte[] magic = new byte[(int) Math.min(MAGIC.length, channel.size())];
        fill(ByteBuffer.wrap(magic), 0);
        if (!Arrays.equals(magic, Arrays.copyOf(MAGIC, magic.length))) {
            throw refused("is no NumPy file; embed --npy writes one");
        }
        ByteBuffer begin = buffer(MAGIC.length + 2 + Integer.BYTES);
        fill(begin, 0);
        boolean wide = begin.get(MAGIC.length) > 1;
        int length = wide ? begin.getInt(MAGIC.length + 2) : begin.getShort(MAGIC.length + 2) & 0xffff;
        if (length < 0 || length > MAX_HEADER_BYTES) {
            throw refused("is a damaged NumPy file: its header would have " + length + " bytes");
        }
        int headerBytes = MAGIC.length + 2 + (wide ? Integer.BYTES : Short.BYTES);
        byte[] header = new byte[length];
        fill(ByteBuffer.wrap(header), headerBytes);
        readShape(new String(header, StandardCharsets.ISO_8859_1));
        dataBytes = (long) headerBytes + length;
        if ((channel.size() - dataBytes) / Float.BYTES / channels < rows) {
            throw refused("is cut off: its header tells " + rows + " rows of " + channels
                    + ", and there are fewer; write it again");
        }
    }

    private void readShape(String header) {
        String type = first(TYPE, header);
        if (!type.equals("<f4")) {
            throw refused("has numbers of type " + type + ", not <f4; save it as float32");
        }
        if (!first(ORDER, header).equals("False")) {
            throw refused("has its columns one after the other; save it row by row (numpy.ascontiguousarray)");
        }
        String[] shape = first(SHAPE, header).strip().replaceFirst("\\s*,$", "").split("\\s*,\\s*", -1);
        try {
            if (shape.length == 2) {
                rows = Long.parseLong(shape[0]);
                channels = Integer.parseInt(shape[1]);
            }
        } catch (NumberFormatException e) {
            throw refused("is a damaged NumPy file: its shape is " + String.join(", ", shape));
        }
        if (shape.length != 2 || rows < 0 || channels < 1) {
            throw refused("has the shape (" + String.join(", ", shape) + "), not (pictures, channels)");
        }
    }

    private String first(Pattern pattern, String header) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw refused("is a damaged NumPy file: its header tells no type, order or shape");
        }
        return matcher.group(1);
    }

    private void fill(ByteBuffer bytes, long from) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw refused("is cut off; write it again");
            }
        }
    }

    private ModelException refused(String what) {
        return new ModelException(path + ": " + what);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ModelException(path + ": cannot be closed (" + FileFailure.reason(e) + ")", e);
        }
    }
}
