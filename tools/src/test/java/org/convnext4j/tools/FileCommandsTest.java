package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.TensorEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code preprocess}, {@code inspect} and {@code convert}. */
class FileCommandsTest {
    @ParameterizedTest
    @ValueSource(strings = {"china", "flower"})
    void preprocessEqualsPillow(String name, @TempDir Path folder) throws IOException {
        Path out = Files.writeString(folder.resolve("out.png"), "replaced");
        Cli.Result result = Cli.run("preprocess", Cli.image(name + ".jpg"), out, "--preset", "timm-224");
        assertEquals(0, result.code(), result.err());
        assertEquals(new ImageReader().read(Cli.image(name + ".timm224.png")), new ImageReader().read(out));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(out), left.toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "facebook.pth, facebook, f32",
        "facebook-f16.safetensors, facebook, f16",
        "facebook-bf16.safetensors, facebook, bf16",
        "timm.safetensors, timm, f32",
        "torchvision.safetensors, torchvision, f32",
        "pytorch_model.bin, huggingface, f32"
    })
    void inspectSaysWhatTheFileHolds(String name, String layout, String dtype) throws IOException {
        JsonNode json = Cli.run("inspect", Cli.toy(name), "--json").json();
        assertEquals(layout, json.path("layout").asText());
        assertEquals("convnext-1.2.3.1-16.24.40.72", json.path("architecture").asText());
        assertEquals("[1,2,3,1]", json.path("depths").toString());
        assertEquals("[16,24,40,72]", json.path("dims").toString());
        assertEquals(10, json.path("classes").asInt());
        // Counted outside this code, from the shapes in the files' headers and the positions of each stage at 224.
        assertEquals(124_866, json.path("parameters").asInt());
        assertEquals(124_866, elements(json.path("tensors")));
        assertEquals(33_764_856, json.path("macs").asLong());
        assertEquals(dtype, json.path("dtype").asText());
        assertTrue(json.path("layerScale").asBoolean());
        JsonNode tensor = json.path("tensors").path(0);
        assertEquals(dtype, tensor.path("dtype").asText());
        assertTrue(
                !tensor.path("name").asText().isEmpty() && tensor.path("shape").isArray());
    }

    private static long elements(JsonNode tensors) {
        long sum = 0;
        for (JsonNode tensor : tensors) {
            long product = 1;
            for (JsonNode dim : tensor.path("shape")) {
                product *= dim.asLong();
            }
            sum += product;
        }
        return sum;
    }

    @Test
    void inspectPrintsATable() {
        Cli.Result result = Cli.run("inspect", Cli.toy("timm.safetensors"));
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().lines().anyMatch(line -> line.matches(" +dims +16, 24, 40, 72")), result.out());
        assertTrue(result.out().lines().anyMatch(line -> line.matches(" +stem\\.0\\.weight +f32 +\\(16, 3, 4, 4\\)")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"facebook", "timm", "torchvision", "huggingface"})
    void convertThereAndBackKeepsEveryByte(String layout, @TempDir Path folder) {
        Path there = folder.resolve("there.safetensors");
        Path back = folder.resolve("back.safetensors");
        assertEquals(
                0,
                Cli.run("convert", Cli.toy("facebook.pth"), there, "--layout", layout)
                        .code());
        assertEquals(0, Cli.run("convert", there, back, "--layout", "facebook").code());
        assertEquals(bytes(Cli.toy("facebook.safetensors")), bytes(back));
        assertEquals(bytes(Cli.toy(layout + ".safetensors")), bytes(there));
    }

    @Test
    void convertChangesTheType(@TempDir Path folder) {
        Path out = folder.resolve("out.safetensors");
        for (String dtype : List.of("f16", "BF16")) {
            Cli.Result result =
                    Cli.run("convert", Cli.toy("timm.safetensors"), out, "--layout", "facebook", "--dtype", dtype);
            assertEquals(0, result.code(), result.err());
            assertEquals(bytes(Cli.toy("facebook-" + dtype.toLowerCase(Locale.ROOT) + ".safetensors")), bytes(out));
        }
    }

    @Test
    void convertWritesOnnxAndRefusesWhatItHasNot(@TempDir Path folder) throws IOException {
        Path out = folder.resolve("toy.ONNX");
        String toy = Cli.toy("timm.safetensors").toString();
        assertEquals(2, Cli.run("convert", toy, out, "--layout", "timm").code());
        assertEquals(2, Cli.run("convert", toy, out, "--dtype", "f16").code());
        assertEquals(
                2, Cli.run("convert", toy, folder.resolve("out.safetensors")).code());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
        Cli.Result result = Cli.run("convert", toy, out, "--dtype", "f32");
        assertEquals(0, result.code(), result.err());
        // 124,866 parameters (counted for inspect), three constants and the names of the graph.
        assertTrue(Files.size(out) > 4 * 124_866 && Files.size(out) < 4 * 124_866 + 40_000, "" + Files.size(out));
    }

    private static Map<String, List<Byte>> bytes(Path file) {
        Map<String, List<Byte>> all = new LinkedHashMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            for (TensorEntry entry : checkpoint.entries()) {
                byte[] data = entry.data().toArray(ValueLayout.JAVA_BYTE);
                Byte[] boxed = new Byte[data.length];
                for (int i = 0; i < data.length; i++) {
                    boxed[i] = data[i];
                }
                all.put(entry.name() + entry.shape(), List.of(boxed));
            }
        }
        return all;
    }
}
