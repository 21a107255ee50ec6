package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.TensorEntry;

/** Expected numbers from the test resources. */
final class Goldens {
    private Goldens() {}

    /** A file beside this class. */
    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Goldens.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The values of one float32 tensor. */
    static float[] read(Path file, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return tensor(file, name, arena).toArray();
        }
    }

    /** One float32 tensor. */
    static Tensor tensor(Path file, String name, Arena arena) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            TensorEntry entry = checkpoint.entries().stream()
                    .filter(e -> e.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(file + " has no tensor " + name));
            MemorySegment copy = arena.allocate(entry.data().byteSize(), Tensor.ALIGNMENT_BYTES);
            copy.copyFrom(entry.data());
            List<Integer> dims = entry.shape().stream().map(Math::toIntExact).toList();
            return new Tensor(new Shape(dims), copy);
        }
    }

    /** The largest difference of two arrays of one length. */
    static float largestDifference(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        float largest = 0;
        for (int i = 0; i < expected.length; i++) {
            float difference = Math.abs(expected[i] - actual[i]);
            // Not Math.max: a NaN must fail.
            if (!(difference <= largest)) {
                largest = difference;
            }
        }
        return largest;
    }
}
