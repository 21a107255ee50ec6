package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/**
 * The operators' inputs and outputs that PyTorch computed in float64: every float32 tensor of
 * {@code operators.safetensors}.
 */
final class Goldens {
    private static final String RESOURCE = "/org/convnext4j/engine/operators.safetensors";
    private static final Map<String, Golden> ALL = read();

    private Goldens() {}

    /** A tensor in row-major order. */
    static final class Golden {
        final Shape shape;
        final float[] values;

        private Golden(Shape shape, float[] values) {
            this.shape = shape;
            this.values = values;
        }
    }

    /** The tensor of this name. */
    static Golden get(String name) {
        Golden golden = ALL.get(name);
        if (golden == null) {
            throw new IllegalArgumentException("no golden " + name + " among " + ALL.keySet());
        }
        return golden;
    }

    /** The cases of an operator: {@code linear} has {@code linear.3x5x11} and others. */
    static String[] cases(String operator) {
        return ALL.keySet().stream()
                .filter(name -> name.startsWith(operator + ".") && name.endsWith(".y"))
                .map(name -> name.substring(0, name.length() - ".y".length()))
                .toArray(String[]::new);
    }

    /** Every implementation with every case of an operator, of which there must be so many. */
    static <T> Stream<Arguments> cross(String operator, int cases, List<T> implementations, Function<T, String> name) {
        String[] found = cases(operator);
        assertEquals(cases, found.length, operator + " has the cases " + Arrays.toString(found));
        return implementations.stream()
                .flatMap(implementation -> Arrays.stream(found)
                        .map(golden -> Arguments.of(Named.of(name.apply(implementation), implementation), golden)));
    }

    /** A copy of a golden. */
    static Tensor tensor(Arena arena, String name) {
        Golden golden = get(name);
        return Tensor.of(arena, golden.values, dims(golden));
    }

    /** An output of the golden's shape, full of NaN. */
    static Tensor like(Arena arena, String name) {
        Golden golden = get(name);
        float[] values = new float[golden.values.length];
        Arrays.fill(values, Float.NaN);
        return Tensor.of(arena, values, dims(golden));
    }

    private static int[] dims(Golden golden) {
        return golden.shape.dims().stream().mapToInt(Integer::intValue).toArray();
    }

    /** Fails unless each element is within {@code relative} times the golden's largest value of the golden's. */
    static void assertGolden(String implementation, String name, Tensor actual, double relative) {
        float[] expected = get(name).values;
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        double[] bounds = new double[expected.length];
        Arrays.fill(bounds, largest * relative);
        Bounds.assertClose(implementation + ", " + name, expected, actual.toArray(), bounds);
    }

    /** The file is the length of the header, the header in JSON, then the data that the header's offsets count in. */
    private static Map<String, Golden> read() {
        try (InputStream in = Goldens.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            byte[] file = in.readAllBytes();
            ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            int headerBytes = Math.toIntExact(data.getLong());
            JsonNode header =
                    new ObjectMapper().readTree(new String(file, Long.BYTES, headerBytes, StandardCharsets.UTF_8));
            Map<String, Golden> goldens = new TreeMap<>();
            for (Map.Entry<String, JsonNode> entry : header.properties()) {
                JsonNode tensor = entry.getValue();
                if (tensor.path("dtype").asText().equals("F32")) {
                    JsonNode dims = tensor.get("shape");
                    int[] shape = new int[dims.size()];
                    for (int axis = 0; axis < shape.length; axis++) {
                        shape[axis] = dims.get(axis).asInt();
                    }
                    int begin = tensor.get("data_offsets").get(0).asInt();
                    int end = tensor.get("data_offsets").get(1).asInt();
                    float[] values = new float[(end - begin) / Float.BYTES];
                    data.slice(Long.BYTES + headerBytes + begin, end - begin)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer()
                            .get(values);
                    goldens.put(entry.getKey(), new Golden(Shape.of(shape), values));
                }
            }
            return goldens;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
