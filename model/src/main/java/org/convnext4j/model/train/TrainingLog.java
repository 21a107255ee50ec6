package org.convnext4j.model.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.weights.ChannelWrites;

/**
 * The log of a run, a CSV file with one {@link LogRow} for each epoch and a header. Each row is handed to the system as it
 * is appended, so a killed run loses none but, at worst, half of the last, which a reader leaves out. Not thread-safe.
 */
public final class TrainingLog implements AutoCloseable {
    private static final String FORMER = "log-steps.csv";

    private final Path file;
    private final FileChannel channel;
    private double seconds;

    private TrainingLog(Path file, FileChannel channel, double seconds) {
        this.file = file;
        this.channel = channel;
        this.seconds = seconds;
    }

    /**
     * Opens a log to append to, made if it is not there. One of an earlier version, with a row every few steps, is renamed
     * to {@code log-steps.csv}.
     *
     * @param epochsDone by the run that goes on: rows of later epochs are cut off, as is half a row at the end
     * @throws TrainingException naming the file and the line, if it cannot be opened or is no such log; it is as it was
     *     then
     */
    public static TrainingLog open(Path file, int epochsDone) {
        try {
            if (isFormer(file)) {
                Files.move(file, file.resolveSibling(FORMER), StandardCopyOption.REPLACE_EXISTING);
            }
            Content content = Files.exists(file) ? Content.of(file) : new Content(List.of(), 0);
            double seconds = 0;
            long bytes = content.headerBytes();
            for (Line line : content.lines()) {
                if (line.row().epoch() > epochsDone) {
                    break;
                }
                seconds += secondsOf(line.row());
                bytes = line.endBytes();
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            try {
                channel.truncate(bytes).position(bytes);
                TrainingLog log = new TrainingLog(file, channel, seconds);
                if (bytes == 0) {
                    log.write(LogFormat.HEADER);
                }
                return log;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new TrainingException(file + ": cannot be opened as a log: " + FileFailure.reason(e), e);
        }
    }

    /**
     * Appends a row.
     *
     * @throws TrainingException if it cannot be written
     */
    public void append(LogRow row) {
        try {
            write(LogFormat.line(row));
            seconds += secondsOf(row);
        } catch (IOException e) {
            throw new TrainingException(file + ": cannot be appended to: " + FileFailure.reason(e), e);
        }
    }

    /** What all epochs took together, those of earlier starts of the run included. */
    public double seconds() {
        return seconds;
    }

    private static double secondsOf(LogRow row) {
        return Double.isNaN(row.seconds()) ? 0 : row.seconds();
    }

    private static boolean isFormer(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            return LogFormat.FORMER_HEADER.equals(reader.readLine());
        }
    }

    /**
     * All rows of a log.
     *
     * @throws TrainingException naming the file and the line, if it cannot be read or is no such log
     */
    public static List<LogRow> read(Path file) {
        try {
            return Content.of(file).lines().stream().map(Line::row).toList();
        } catch (IOException e) {
            throw new TrainingException(file + ": cannot be read: " + FileFailure.reason(e), e);
        }
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

    private void write(String line) throws IOException {
        ChannelWrites.all(channel, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A row and where its line ends in the file. */
    private record Line(LogRow row, long endBytes) {}

    /** A log's complete lines; 0 header bytes if not even that is complete. */
    private record Content(List<Line> lines, long headerBytes) {
        static Content of(Path file) throws IOException {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            List<Line> lines = new ArrayList<>();
            int start = 0;
            int headerBytes = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
                String line = text.substring(start, end);
                start = end + 1;
                if (headerBytes == 0) {
                    requireHeader(file, line);
                    headerBytes = start;
                } else {
                    lines.add(new Line(parse(file, line, lines.size() + 2), start));
                }
            }
            if (headerBytes == 0 && !LogFormat.HEADER.startsWith(text)) {
                requireHeader(file, text);
            }
            return new Content(lines, headerBytes);
        }

        private static void requireHeader(Path file, String line) {
            if (!line.equals(LogFormat.HEADER)) {
                throw new TrainingException(file + ": is not a training log: its first line is not \""
                        + LogFormat.HEADER + "\"; name another file or move it away");
            }
        }

        private static LogRow parse(Path file, String line, int number) {
            try {
                return LogFormat.parse(line);
            } catch (IllegalArgumentException e) {
                throw new TrainingException(
                        file + ": line " + number + " is not a row of a training log: " + e.getMessage()
                                + "; mend or remove the line",
                        e);
            }
        }
    }
}
