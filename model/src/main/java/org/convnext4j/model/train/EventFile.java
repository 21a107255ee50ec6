package org.convnext4j.model.train;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.weights.ChannelWrites;

/**
 * An event file as TensorBoard reads it: records of a length, its checksum, a message and its checksum, where each message
 * is a protocol-buffer {@code Event} with scalars of one step. A folder may have several, one for each start of a run; the
 * one of a run that goes on says from which step on the events of the earlier ones do not count. Each record is handed to
 * the system as it is written, so a killed run loses at worst half of the last. Not thread-safe.
 */
public final class EventFile implements AutoCloseable {
    /** TensorBoard looks for this part of a file's name and reads files in the order of the numbers behind it. */
    static final String PREFIX = "events.out.tfevents.";

    private static final String VERSION = "brain.Event:2";
    private static final int CRC_MASK = 0xa282ead8;
    private static final double NANOS = 1e9;

    // Fields of Event.
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;

    // Fields of the messages in it.
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int SESSION_STATUS = 1;
    private static final int SESSION_START = 1;

    /** Writes the fields of a message. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private final Path file;
    private final FileChannel channel;

    private EventFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Makes a new file in a folder, which is made if it is not there.
     *
     * @param resumedStep steps of the run that were made before; what earlier files have of later steps does not count
     * @throws TrainingException naming the file, if it cannot be written
     */
    public static EventFile create(Path folder, long resumedStep) {
        EventFile events = null;
        try {
            Files.createDirectories(folder);
            events = newest(folder);
            events.write(0, out -> out.writeString(FILE_VERSION, VERSION));
            if (resumedStep > 0) {
                byte[] start = message(out -> out.writeEnum(SESSION_STATUS, SESSION_START));
                events.write(resumedStep + 1, out -> out.writeByteArray(SESSION_LOG, start));
            }
            return events;
        } catch (IOException | RuntimeException e) {
            if (events != null) {
                events.close();
            }
            throw new TrainingException(
                    folder + ": no event file can be written there: "
                            + (e instanceof IOException failure ? FileFailure.reason(failure) : e.getMessage()),
                    e);
        }
    }

    /** Later in the order of the names than all that are there, whatever the clock says. */
    private static EventFile newest(Path folder) throws IOException {
        long number = Instant.now().getEpochSecond();
        for (Path other : Folders.list(folder)) {
            number = Math.max(number, numberOf(other.getFileName().toString()) + 1);
        }
        while (true) {
            Path file = folder.resolve(String.format(Locale.ROOT, "%s%010d.convnext4j", PREFIX, number));
            try {
                return new EventFile(
                        file, FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
            } catch (FileAlreadyExistsException e) {
                number++; // another process was faster
            }
        }
    }

    private static long numberOf(String name) {
        if (!name.startsWith(PREFIX)) {
            return 0;
        }
        try {
            return Long.parseLong(name.substring(PREFIX.length()).split("\\.", 2)[0]);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /**
     * Writes scalars of one step. Those that are NaN were not measured and are left out.
     *
     * @param values by their tags, such as {@code train/loss}
     * @throws TrainingException if it cannot be written
     */
    public void scalars(long step, Map<String, Double> values) {
        Map<String, Double> measured = new LinkedHashMap<>(values);
        measured.values().removeIf(value -> value.isNaN());
        if (measured.isEmpty()) {
            return;
        }
        try {
            byte[] summary = message(out -> {
                for (Map.Entry<String, Double> entry : measured.entrySet()) {
                    out.writeByteArray(SUMMARY_VALUE, message(value -> {
                        value.writeString(VALUE_TAG, entry.getKey());
                        value.writeFloat(VALUE_SIMPLE, entry.getValue().floatValue());
                    }));
                }
            });
            write(step, out -> out.writeByteArray(SUMMARY, summary));
        } catch (IOException e) {
            throw new TrainingException(file + ": cannot be appended to: " + FileFailure.reason(e), e);
        }
    }

    private void write(long step, Fields what) throws IOException {
        Instant now = Instant.now();
        byte[] event = message(out -> {
            out.writeDouble(WALL_TIME, now.getEpochSecond() + now.getNano() / NANOS);
            out.writeInt64(STEP, step);
            what.write(out);
        });
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + event.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(event.length);
        record.putInt(maskedCrc(record.array(), 0, Long.BYTES));
        record.put(event);
        record.putInt(maskedCrc(event, 0, event.length));
        ChannelWrites.all(channel, record.array());
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** A checksum of data that hold checksums is a weak one, so the format turns and shifts it. */
    static int maskedCrc(byte[] data, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    /**
     * Closes the file.
     *
     * @throws TrainingException if that fails
     */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new TrainingException(file + ": cannot be closed: " + FileFailure.reason(e), e);
        }
    }
}
