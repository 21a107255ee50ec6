package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.weights.AtomicFile;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Shell;
import org.convnext4j.tools.output.ToolException;

/**
 * Which model made a file of vectors, and how it was shown pictures: what it makes of one that is drawn for this. That is
 * the same for the same weights in whatever layout or file, and another for others, for another size or normalisation.
 * Immutable.
 */
final class VectorOrigin {
    private static final int VERSION = 1;
    private static final int HEIGHT = 300;
    private static final int WIDTH = 400;

    /** Of the length of the vector: rounding, other kernels and weights in 16 bits differ by less, other weights by more. */
    private static final double SAME = 0.01;

    private final String model;
    private final boolean oriented;
    private final float[] vector;

    private VectorOrigin(String model, boolean oriented, float[] vector) {
        this.model = model;
        this.oriented = oriented;
        this.vector = vector;
    }

    /**
     * Asks a model.
     *
     * @param name what its user calls it
     * @param oriented whether pictures are turned as their EXIF orientation asks
     */
    static VectorOrigin of(ConvNeXt model, String name, PicturePreparation preparation, boolean oriented) {
        try (Arena arena = Arena.ofConfined()) {
            RgbImage picture = preparation.preprocessor().toPicture(drawn());
            return new VectorOrigin(name, oriented, model.embedding(preparation.input(picture, arena)));
        }
    }

    /** Slopes, edges and fine grain, so that each part of the preprocessing shows; nothing of it may ever change. */
    private static RgbImage drawn() {
        byte[] data = new byte[HEIGHT * WIDTH * 3];
        int grain = 1;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int at = (y * WIDTH + x) * 3;
                grain = grain * 1664525 + 1013904223;
                data[at] = (byte) (255 * x / WIDTH);
                data[at + 1] = (byte) ((x / 50 + y / 30) % 2 * 160 + (grain >>> 26));
                data[at + 2] = (byte) (255 * y / HEIGHT);
            }
        }
        return new RgbImage(HEIGHT, WIDTH, data);
    }

    /** Where it is written for a file of vectors. */
    static Path fileOf(Path vectors) {
        return vectors.resolveSibling(vectors.getFileName() + ".model.json");
    }

    /**
     * What was written beside a file of vectors; empty for one that an earlier version or another program wrote.
     *
     * @throws ToolException if it cannot be read or is damaged
     */
    static Optional<VectorOrigin> read(Path vectors) {
        Path file = fileOf(vectors);
        try {
            return Optional.of(Json.parse(Files.readString(file))
                    .flatMap(VectorOrigin::parse)
                    .orElseThrow(() -> new ToolException(file + ": does not tell which model made " + vectors
                            + "; embed again, or delete it to search without knowing")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ToolException(
                    file + ": which model made the vectors cannot be read (" + FileFailure.reason(e) + ")", e);
        }
    }

    private static Optional<VectorOrigin> parse(JsonNode node) {
        JsonNode numbers = node.path("vector");
        if (node.path("version").asInt() != VERSION || !node.path("model").isTextual() || !numbers.isArray()) {
            return Optional.empty();
        }
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = numbers.path(i).floatValue();
        }
        return Optional.of(new VectorOrigin(
                node.path("model").asText(), node.path("applyOrientation").asBoolean(), vector));
    }

    /** Writes it beside a file of vectors. */
    void write(Path vectors) {
        ObjectNode node =
                Json.object().put("version", VERSION).put("model", model).put("applyOrientation", oriented);
        ArrayNode numbers = node.putArray("vector");
        for (float value : vector) {
            numbers.add(value);
        }
        AtomicFile.write(fileOf(vectors), (Json.line(node) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Refuses a model that is not the one that made the vectors.
     *
     * @param now what the model named now makes
     * @throws ToolException with the mend
     */
    void require(Path vectors, VectorOrigin now) {
        if (!isNear(now)) {
            throw new ToolException(vectors + ": was written with --model " + Shell.quote(model)
                    + (model.equals(now.model)
                            ? " as it was then or with another --preprocess; embed again, or give what it was written with"
                            : ", and " + now.model + " is another model or has another preprocessing; give --model "
                                    + Shell.quote(model) + ", or embed again"));
        }
        if (oriented != now.oriented) {
            throw new ToolException(vectors + ": was written " + (oriented ? "with" : "without")
                    + " --apply-orientation; " + (oriented ? "give it" : "leave it out") + ", or embed again");
        }
    }

    private boolean isNear(VectorOrigin now) {
        if (vector.length != now.vector.length) {
            return false;
        }
        double apart = 0;
        double length = 0;
        for (int i = 0; i < vector.length; i++) {
            double difference = (double) vector[i] - now.vector[i];
            apart += difference * difference;
            length += (double) vector[i] * vector[i];
        }
        // Not greater, rather than less: a number that is none is not near.
        return Math.sqrt(apart) <= SAME * Math.sqrt(length);
    }
}
