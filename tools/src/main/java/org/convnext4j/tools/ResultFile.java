package org.convnext4j.tools;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.model.ModelException;
import org.convnext4j.model.bulk.RecordFile;
import org.convnext4j.model.bulk.RecordFormat;
import org.convnext4j.model.bulk.Unusable;
import org.convnext4j.model.bulk.VectorFile;

/** A file of results, a record for each picture, that a run goes on with where the last one stopped. */
final class ResultFile implements AutoCloseable {
    private final ResultFormat format;
    private final ResultRows rows;
    private final RecordFile file;
    private final Set<String> done;
    private final long resumed;
    private final Optional<VectorFile> vectors;

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
     * @throws org.convnext4j.model.ModelException if it cannot be read or written
     */
    static ResultFile open(Path path, ResultFormat format, ResultRows rows, boolean resume) {
        Scan scan = new Scan(path, format, rows);
        RecordFile file = resume ? RecordFile.resume(path, format.records(), scan::see) : RecordFile.create(path);
        if (file.isEmpty()) {
            format.header(rows).ifPresent(header -> file.append(List.of(header)));
        }
        return new ResultFile(format, rows, file, scan, Optional.empty());
    }

    /**
     * Opens a NumPy file of vectors and, with {@code .jsonl} added to its name, one of the pictures' names.
     *
     * @param channels of a vector
     * @param resume as in {@link #open}
     */
    static ResultFile openVectors(Path path, int channels, boolean resume) {
        ResultRows rows = new NameRows(channels);
        Path names = path.resolveSibling(path.getFileName() + ".jsonl");
        Scan scan = new Scan(names, ResultFormat.JSON_LINES, rows);
        RecordFile file =
                resume ? RecordFile.resume(names, RecordFormat.JSON_LINES, scan::see) : RecordFile.create(names);
        try {
            VectorFile vectors =
                    resume ? VectorFile.resume(path, channels, scan.records) : VectorFile.create(path, channels);
            return new ResultFile(ResultFormat.JSON_LINES, rows, file, scan, Optional.of(vectors));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** What a file has already. */
    private static final class Scan {
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

        void see(String record) {
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
    long resumed() {
        return resumed;
    }

    /**
     * Appends the results of some pictures, but for those with a number that no format of these files has.
     *
     * @param outputs (N, outputs), row-major
     * @return the pictures whose output is NaN or infinite somewhere
     */
    List<Unusable> append(List<Path> images, float[] outputs) {
        List<Unusable> unusable = new ArrayList<>();
        List<String> records = new ArrayList<>();
        int width = rows.outputs();
        float[] kept = new float[outputs.length];
        for (int n = 0; n < images.size(); n++) {
            float[] output = Arrays.copyOfRange(outputs, n * width, (n + 1) * width);
            Path image = images.get(n);
            if (isFinite(output)) {
                System.arraycopy(output, 0, kept, records.size() * width, width);
                records.add(format.record(rows, image.toString(), output));
            } else {
                unusable.add(new Unusable(
                        image,
                        new ModelException(image + ": the network's output is NaN or infinite; the input or the weights"
                                + " have values too large for float32")));
            }
        }
        // The names last: vectors without a name are dropped by the next run, names without a vector would be wrong.
        vectors.ifPresent(to -> to.append(Arrays.copyOf(kept, records.size() * width)));
        file.append(records);
        return unusable;
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
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
