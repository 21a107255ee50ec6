package org.convnext4j.tools.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.TensorEntry;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardCommandTest {
    /** A tensor on the heap. */
    private static final class Values {
        final List<Long> shape;
        final float[] floats;

        Values(TensorEntry entry) {
            this.shape = entry.shape();
            this.floats = entry.data().toArray(Tensor.FLOAT);
        }
    }

    private static Map<String, Values> read(Path file) {
        Map<String, Values> all = new LinkedHashMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            for (TensorEntry entry : checkpoint.entries()) {
                all.put(entry.name(), new Values(entry));
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "openblas", "vector", "scalar"})
    void everyOutputIsTheGoldenOne(String backend, @TempDir Path folder) {
        Path golden = Cli.toy("expected.safetensors");
        Map<String, Values> expected = read(golden);
        for (String size : List.of("x64", "x75x51", "x32")) {
            Path out = folder.resolve(size + ".safetensors");
            Cli.Result result = Cli.run(
                    "forward",
                    "--model",
                    Cli.toy("facebook.safetensors"),
                    "--input",
                    golden,
                    "--tensor",
                    size + ".input",
                    "--output",
                    out,
                    "--backend",
                    backend);
            assertEquals(0, result.code(), result.err());
            assertEquals("", result.out() + result.err());
            Map<String, Values> actual = read(out);
            assertEquals(
                    List.of("logits", "embedding", "stage0", "stage1", "stage2", "stage3"),
                    List.copyOf(actual.keySet()));
            actual.forEach((name, values) -> {
                Values wanted = Objects.requireNonNull(expected.get(size + "." + name), name);
                assertEquals(wanted.shape, values.shape, name);
                assertArrayEquals(wanted.floats, values.floats, name.startsWith("stage") ? 2e-5f : 1e-5f, name);
            });
        }
    }

    @Test
    void errorsNameTensorTypeAndShape(@TempDir Path folder) {
        Path golden = Cli.toy("expected.safetensors");
        Path out = folder.resolve("out.safetensors");
        String flat = forward(golden, "x64.logits", out).complaint();
        assertTrue(flat.contains("tensor x64.logits is F32 (2, 10)") && flat.contains("(N, 3, H, W)"), flat);
        String missing = forward(golden, "nothing", out).complaint();
        assertTrue(missing.contains("has no tensor nothing") && missing.contains("x64.input"), missing);
        String half =
                forward(Cli.toy("facebook-f16.safetensors"), "head.bias", out).complaint();
        assertTrue(half.contains("tensor head.bias is F16 (10); the input must be F32"), half);
        String nowhere = forward(golden, "x32.input", folder.resolve("no").resolve("out.safetensors"))
                .complaint();
        assertTrue(nowhere.contains("its folder does not exist"), nowhere);
        assertTrue(!out.toFile().exists());
    }

    private static Cli.Result forward(Path input, String tensor, Path output) {
        Cli.Result result = Cli.run(
                "forward",
                "--model",
                Cli.toy("facebook.safetensors"),
                "--input",
                input,
                "--tensor",
                tensor,
                "--output",
                output);
        assertEquals(1, result.code(), result.err());
        return result;
    }
}
