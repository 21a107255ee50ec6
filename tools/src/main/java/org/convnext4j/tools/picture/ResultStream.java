package org.convnext4j.tools.picture;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.convnext4j.tools.output.Printable;
import org.convnext4j.tools.output.StandardStreams;

/** Results to standard output, UTF-8, as they come. */
final class ResultStream implements ResultSink {
    private final ResultFormat format;
    private final ResultRows rows;
    private final StandardStreams streams;
    private final ReentrantLock writing = new ReentrantLock();

    /** Writes the line of column names, where there is one. */
    ResultStream(ResultFormat format, ResultRows rows, StandardStreams streams) {
        this.format = format;
        this.rows = rows;
        this.streams = streams;
        format.header(rows).ifPresent(header -> write(header + "\n"));
    }

    @Override
    public boolean has(Path image) {
        return false;
    }

    @Override
    public long resumed() {
        return 0;
    }

    @Override
    public void append(List<Path> images, float[] outputs) {
        StringBuilder records = new StringBuilder();
        int width = rows.outputs();
        for (int n = 0; n < images.size(); n++) {
            float[] output = Arrays.copyOfRange(outputs, n * width, (n + 1) * width);
            records.append(format.record(rows, images.get(n).toString(), output))
                    .append('\n');
        }
        writing.lock();
        try {
            write(records.toString());
        } finally {
            writing.unlock();
        }
    }

    private void write(String text) {
        streams.write((streams.areShown() ? Printable.lines(text) : text).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void seal() {
        writing.lock();
    }

    @Override
    public void close() {
        // It is the process's, and written already.
    }
}
