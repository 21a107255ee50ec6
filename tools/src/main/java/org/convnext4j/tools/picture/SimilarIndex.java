package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.convnext4j.model.bulk.Similarity;
import org.convnext4j.model.bulk.VectorReader;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.FileNames;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.StandardStreams;
import org.convnext4j.tools.output.ToolException;

/** The vectors and names of pictures that {@code embed --npy} wrote. Not thread-safe. */
final class SimilarIndex implements AutoCloseable {
    /** Rounding and other batches change a cosine far less, other weights or preprocessing far more. */
    private static final double SAME = 0.999;

    private static final int BLOCK = 1024;

    private final Path path;
    private final VectorReader vectors;
    private final List<String> names;

    private SimilarIndex(Path path, VectorReader vectors, List<String> names) {
        this.path = path;
        this.vectors = vectors;
        this.names = names;
    }

    /**
     * Opens a file of vectors and the one of the names, with {@code .jsonl} added to its name.
     *
     * @throws ModelException if the vectors cannot be read
     * @throws ToolException if the names cannot, or are more than the vectors
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the index
    static SimilarIndex open(Path path) {
        VectorReader vectors = VectorReader.open(path);
        try {
            List<String> names = names(ResultFile.namesOf(path));
            if (names.size() > vectors.rows()) {
                throw new ToolException(path + ": has " + Wording.count(vectors.rows(), "vector") + ", and "
                        + ResultFile.namesOf(path) + " has " + Wording.count(names.size(), "name") + "; embed again");
            }
            return new SimilarIndex(path, vectors, names);
        } catch (RuntimeException e) {
            vectors.close();
            throw e;
        }
    }

    private static List<String> names(Path file) {
        List<String> names = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String name = Json.parse(line)
                        .map(node -> node.path(ResultFormat.IMAGE))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::asText)
                        .orElseThrow(
                                () -> new ToolException(file + ": has a line without a picture's name; embed again"));
                names.add(name);
            }
        } catch (IOException e) {
            throw new ToolException(
                    file + ": the pictures' names, which embed --npy writes beside the vectors, cannot be read ("
                            + FileFailure.reason(e) + ")",
                    e);
        }
        return names;
    }

    /** How many pictures there are. */
    int size() {
        return names.size();
    }

    /** What its user should know: that a run has not come to its end. */
    Optional<String> note() {
        long without = vectors.rows() - names.size();
        return without == 0
                ? Optional.empty()
                : Optional.of(path + ": "
                        + (without == 1
                                ? "the last vector has no name and is"
                                : "the last " + without + " vectors have no names and are")
                        + " left out; embed --resume"
                        + " completes it");
    }

    /**
     * Refuses vectors of another length than a model's.
     *
     * @param model what to call the model in messages
     * @param channels of the model's embedding
     */
    void requireChannels(String model, int channels) {
        if (vectors.channels() != channels) {
            throw new ToolException(path + ": has vectors of " + vectors.channels() + " numbers, and " + model
                    + " makes " + channels + "; name the model that made them");
        }
    }

    /**
     * Refuses vectors that another model made, or other preprocessing: those of a few pictures are made again.
     *
     * @param model what to call the model in messages
     * @param embedding of a picture file; throws {@link ModelException} for one that cannot be read
     * @return false if no picture can be read, so that nothing is known
     * @throws ToolException if they are another model's
     */
    boolean requireOf(String model, Function<Path, float[]> embedding) {
        OptionalDouble best = OptionalDouble.empty();
        String seen = "";
        for (long row : LongStream.of(0, size() / 2, size() - 1)
                .distinct()
                .filter(row -> row >= 0)
                .toArray()) {
            OptionalDouble cosine = again(row, embedding);
            if (cosine.isPresent() && cosine.getAsDouble() > best.orElse(Double.NEGATIVE_INFINITY)) {
                best = cosine;
                seen = names.get((int) row);
            }
        }
        if (best.isPresent() && best.getAsDouble() < SAME) {
            throw new ToolException(String.format(
                    Locale.ROOT,
                    "%s: has another vector of %s than %s makes (cosine %.4f); name the model and preprocessing that made"
                            + " it, or embed again",
                    path,
                    seen,
                    model,
                    best.getAsDouble()));
        }
        return best.isPresent();
    }

    private OptionalDouble again(long row, Function<Path, float[]> embedding) {
        String name = names.get((int) row);
        if (name.equals(StandardStreams.NAME)) {
            return OptionalDouble.empty();
        }
        try {
            float[] now = embedding.apply(FileNames.path(name));
            return OptionalDouble.of(Similarity.cosine(vectors.read(row, 1), now));
        } catch (ModelException e) {
            // Moved or deleted since; the vectors are what counts.
            return OptionalDouble.empty();
        }
    }

    /**
     * Looks through all vectors.
     *
     * @param wanted the queries
     * @param most how many to name for each
     */
    List<SimilarHits> search(List<float[]> wanted, int most) {
        List<SimilarHits> hits =
                wanted.stream().map(query -> new SimilarHits(most)).toList();
        int channels = vectors.channels();
        float[] one = new float[channels];
        for (int from = 0; from < size(); from += BLOCK) {
            int count = Math.min(BLOCK, size() - from);
            float[] block = vectors.read(from, count);
            for (int n = 0; n < count; n++) {
                System.arraycopy(block, n * channels, one, 0, channels);
                for (int q = 0; q < wanted.size(); q++) {
                    hits.get(q).add(names.get(from + n), Similarity.cosine(wanted.get(q), one), from + n);
                }
            }
        }
        return hits;
    }

    @Override
    public void close() {
        vectors.close();
    }
}
