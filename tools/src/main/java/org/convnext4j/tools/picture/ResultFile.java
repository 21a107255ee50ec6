package org.convnext4j.tools.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.convnext4j.model.bulk.RecordFile;
import org.convnext4j.model.bulk.RecordFormat;
import org.convnext4j.model.bulk.VectorFile;
import org.convnext4j.tools.output.ToolException;

/** A file of results, a record for each picture, that a run goes on with where the last one stopped. */
final class ResultFile implements ResultSink {
    private final ResultFormat format;
    private final ResultRows rows;
    private final RecordFile file;
    private final Set<String> done;
    private final long resumed;
    private final Optional<VectorFile> vectors;
    private final ReentrantLock writing = new ReentrantLock();

    private ResultFile(ResultFormat format, ResultRows rows, RecordFile file, Scan scan, Optional<VectorFile> vectors) {
        this.format = format;
        this.rows = rows;
        this.file = file;
        this.done = scan.images;
        this.resumed = scan.records;
        this.vectors = vectors;
    }

    /**
     * Opens a file.
     *
     * @param resume whether to go on with what is there; otherwise the file must be new or empty
     * @throws ToolException if it is not such a file
     * @throws org.convnext4j.model.failure.ModelException if it cannot be read or written
     */
    static ResultFile open(Path path, ResultFormat format, ResultRows rows, boolean resume) {
        Scan scan = new Scan(path, format, rows);
        RecordFile file = resume ? RecordFile.resume(path, format.records(), scan) : RecordFile.create(path);
        if (file.isEmpty()) {
            writeHeader(file, format.header(rows));
        }
        return new ResultFile(format, rows, file, scan, Optional.empty());
    }

    private static void writeHeader(RecordFile file, Optional<String> header) {
        try {
            header.ifPresent(line -> file.append(List.of(line)));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens a NumPy file of vectors and, with {@code .jsonl} added to its name, one of the pictures' names.
     *
     * @param channels of a vector
     * @param origin which model makes them; noted beside them, and in a file that is gone on with it must be the same
     * @param resume as in {@link #open}
     */
    static ResultFile openVectors(Path path, int channels, VectorOrigin origin, boolean resume) {
        if (resume) {
            VectorOrigin.read(path).ifPresent(first -> first.require(path, origin));
        }
        ResultRows rows = new NameRows(channels);
        Path names = namesOf(path);
        Scan scan = new Scan(names, ResultFormat.JSON_LINES, rows);
        boolean fresh = !Files.exists(names);
        RecordFile file = resume ? RecordFile.resume(names, RecordFormat.JSON_LINES, scan) : RecordFile.create(names);
        try {
            VectorFile vectors =
                    resume ? VectorFile.resume(path, channels, scan.records) : VectorFile.create(path, channels);
            noteOrigin(path, origin, scan.records == 0, vectors);
            return new ResultFile(ResultFormat.JSON_LINES, rows, file, scan, Optional.of(vectors));
        } catch (RuntimeException e) {
            file.close();
            if (fresh) {
                delete(names, e);
            }
            throw e;
        }
    }

    /** Of a file without a note that has vectors already, nobody knows who made them. */
    private static void noteOrigin(Path path, VectorOrigin origin, boolean empty, VectorFile vectors) {
        try {
            if (empty) {
                origin.write(path);
            }
        } catch (RuntimeException e) {
            vectors.close();
            throw e;
        }
    }

    /** Where the pictures' names of a file of vectors are. */
    static Path namesOf(Path vectors) {
        return vectors.resolveSibling(vectors.getFileName() + ".jsonl");
    }

    private static void delete(Path file, RuntimeException failure) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** What a file has already. */
    private static final class Scan implements RecordFile.Reader {
        private final Path path;
        private final ResultFormat format;
        private final List<String> shape;
        private final Set<String> images = new HashSet<>();
        private Optional<String> header;
        private long records;

        Scan(Path path, ResultFormat format, ResultRows rows) {
            this.path = path;
            this.format = format;
            this.shape = ResultFormat.shape(rows);
            this.header = format.header(rows);
        }

        @Override
        public void record(String record) {
            if (header.isPresent()) {
                requireHeader(header.get(), record);
                header = Optional.empty();
                return;
            }
            try {
                images.add(format.image(record, shape));
                records++;
            } catch (ToolException e) {
                throw refused(String.valueOf(e.getMessage()));
            }
        }

        /** Before the first record it must be the beginning of one: anything else is a file of another kind. */
        @Override
        public void incomplete(String text) {
            String begin = header.orElse(format.begin());
            if (records == 0 && !begin.startsWith(text) && (header.isPresent() || !text.startsWith(begin))) {
                throw refused("is no file of results");
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

    @Override
    public boolean has(Path image) {
        return done.contains(image.toString());
    }

    @Override
    public long resumed() {
        return resumed;
    }

    @Override
    public void append(List<Path> images, float[] outputs) {
        List<String> records = new ArrayList<>();
        int width = rows.outputs();
        for (int n = 0; n < images.size(); n++) {
            float[] output = new float[width];
            System.arraycopy(outputs, n * width, output, 0, width);
            records.add(format.record(rows, images.get(n).toString(), output));
        }
        writing.lock();
        try {
            // The names last: vectors without a name are dropped by the next run, names without a vector would be
            // wrong.
            vectors.ifPresent(to -> to.append(outputs));
            file.append(records);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void seal() {
        writing.lock();
    }

    @Override
    public void close() {
        try {
            vectors.ifPresent(VectorFile::close);
        } finally {
            file.close();
        }
    }
}
