package org.convnext4j.tools;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.model.bulk.RecordFile;

/** A file of results, a record for each picture, that a run goes on with where the last one stopped. */
final class ResultFile implements AutoCloseable {
    private final ResultFormat format;
    private final ResultRows rows;
    private final RecordFile file;
    private final Set<String> done;

    private ResultFile(ResultFormat format, ResultRows rows, RecordFile file, Set<String> done) {
        this.format = format;
        this.rows = rows;
        this.file = file;
        this.done = done;
    }

    /**
     * Opens a file.
     *
     * @param resume whether to go on with what is there; otherwise the file must be new or empty
     * @throws ToolException if it is not such a file
     * @throws org.convnext4j.model.ModelException if it cannot be read or written
     */
    static ResultFile open(Path path, ResultFormat format, ResultRows rows, boolean resume) {
        Scan scan = new Scan(path, format, rows);
        RecordFile file = resume ? RecordFile.resume(path, format.records(), scan::see) : RecordFile.create(path);
        ResultFile result = new ResultFile(format, rows, file, scan.images);
        if (file.isEmpty()) {
            format.header(rows).ifPresent(header -> file.append(List.of(header)));
        }
        return result;
    }

    /** What a file has already. */
    private static final class Scan {
        private final Path path;
        private final ResultFormat format;
        private final List<String> shape;
        private final Set<String> images = new HashSet<>();
        private Optional<String> header;

        Scan(Path path, ResultFormat format, ResultRows rows) {
            this.path = path;
            this.format = format;
            this.shape = ResultFormat.shape(rows);
            this.header = format.header(rows);
        }

        void see(String record) {
            if (header.isPresent()) {
                requireHeader(header.get(), record);
                header = Optional.empty();
                return;
            }
            try {
                images.add(format.image(record, shape));
            } catch (ToolException e) {
                throw refused(String.valueOf(e.getMessage()));
            }
        }

        private void requireHeader(String expected, String found) {
            if (!found.equals(expected)) {
                throw refused("has other columns than this model, command and options give");
            }
        }

        private ToolException refused(String what) {
            return new ToolException(path + ": " + what + "; name another file");
        }
    }

    /** Whether a picture is in the file. */
    boolean has(Path image) {
        return done.contains(image.toString());
    }

    /** How many pictures the file had when it was opened. */
    int resumed() {
        return done.size();
    }

    /**
     * Appends the results of some pictures.
     *
     * @param outputs (N, outputs), row-major
     */
    void append(List<Path> images, float[] outputs) {
        List<String> records = new ArrayList<>();
        int width = rows.outputs();
        for (int n = 0; n < images.size(); n++) {
            float[] output = new float[width];
            System.arraycopy(outputs, n * width, output, 0, width);
            records.add(format.record(rows, images.get(n).toString(), output));
        }
        file.append(records);
    }

    @Override
    public void close() {
        file.close();
    }
}
