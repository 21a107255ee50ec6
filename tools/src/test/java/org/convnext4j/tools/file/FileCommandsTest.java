package org.convnext4j.tools.file;

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
import org.convnext4j.tools.Cli;
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
        // Counted outside this code, from the shapes in the files' headers; the multiply-adds from the positions of
        // each
        // stage at 64, the image_size in the config.json beside the files.
        assertEquals(124_866, json.path("parameters").asInt());
        assertEquals(124_866, elements(json.path("tensors")));
        assertEquals(2_756_976, json.path("macs").asLong());
        assertEquals(64, json.path("macsHeight").asInt());
        assertEquals(64, json.path("macsWidth").asInt());
        assertEquals(dtype, json.path("dtype").asText());
        assertTrue(json.path("layerScale").asBoolean());
        JsonNode tensor = json.path("tensors").path(0);
        assertEquals(dtype, tensor.path("dtype").asText());
        assertTrue(
                !tensor.path("name").asText().isEmpty() && tensor.path("shape").isArray());
    }

    @Test
    void inspectSaysWhatLiesBesideTheWeights() throws IOException {
        JsonNode json =
                Cli.run("inspect", Cli.toy("timm.safetensors"), "--json").json();
        assertEquals(10, json.path("labels").size());
        assertEquals("class-9", json.path("labels").path(9).asText());
        assertEquals("config.json", json.path("labelsFrom").asText());
        assertEquals("softmax", json.path("probability").asText());
        assertEquals(
                "{\"resize\":{\"shortest_edge\":73},\"crop\":{\"height\":64,\"width\":64},\"crop_rounding\":\"floor\","
                        + "\"interpolation\":\"bicubic\",\"rescale_factor\":0.00392156862745098,"
                        + "\"mean\":[0.485,0.456,0.406],\"std\":[0.229,0.224,0.225]}",
                json.path("preprocessing").toString());
        assertEquals("config.json", json.path("preprocessingFrom").asText());
        String out = Cli.run("inspect", Cli.toy("timm.safetensors")).out();
        assertTrue(
                out.contains(" labels        class-0; class-1; class-2; class-3; class-4; and 5 more (config.json)"),
                out);
        assertTrue(out.contains(" pictures      shorter edge to 73, bicubic; cropped to 64 x 64 (config.json)"), out);
        assertTrue(out.contains(" macs          2,756,976 at 64 x 64"), out);
    }

    @Test
    void inspectSaysWhatIsAssumedAndWhatIsWrong(@TempDir Path folder) throws IOException {
        Path copy = Files.copy(Cli.toy("timm.safetensors"), folder.resolve("model.safetensors"));
        JsonNode json = Cli.run("inspect", copy, "--json").json();
        assertEquals("assumed", json.path("preprocessingFrom").asText());
        assertEquals("none", json.path("labelsFrom").asText());
        assertEquals("class 0", json.path("labels").path(0).asText());
        assertEquals(33_764_856, json.path("macs").asLong());
        assertEquals(224, json.path("macsHeight").asInt());
        Files.writeString(folder.resolve("config.json"), "{\"id2label\": {\"0\": \"owl\"}}");
        Cli.Result result = Cli.run("inspect", copy);
        assertEquals(0, result.code(), result.err());
        assertTrue(
                result.out().contains("warning: " + folder.resolve("config.json") + ": names 1 class,"), result.out());
        assertTrue(Cli.run("inspect", copy, "--json")
                .json()
                .path("problem")
                .asText()
                .contains("names 1 class,"));
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
        Path there = folder.resolve("there");
        Path back = folder.resolve("back");
        assertEquals(
                0,
                Cli.run("convert", Cli.toy("facebook.pth"), there + "/", "--layout", layout)
                        .code());
        Cli.Result result = Cli.run("convert", there, back + "/", "--layout", "facebook");
        assertEquals(0, result.code());
        assertEquals(
                "note: wrote " + back.resolve("config.json") + ", " + back.resolve("model.safetensors"),
                result.complaint());
        assertEquals(bytes(Cli.toy("facebook.safetensors")), bytes(back.resolve("model.safetensors")));
        assertEquals(bytes(Cli.toy(layout + ".safetensors")), bytes(there.resolve("model.safetensors")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"out", "out.pth", "out.bin", "out.SafeTensor", ".safetensors", "out.onnx.gz"})
    void convertRefusesOtherKindsOfFiles(String name, @TempDir Path folder) throws IOException {
        Cli.Result result = Cli.run("convert", Cli.toy("timm.safetensors"), folder + "/" + name, "--layout", "timm");
        if (name.startsWith(".")) {
            // A hidden file whose ending is its whole name after the folder's.
            assertEquals(0, result.code(), result.err());
            return;
        }
        assertEquals(2, result.code(), result.err());
        assertTrue(result.err().contains("NAME.safetensors, NAME.onnx or FOLDER/"), result.err());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "preprocess, china.jpg, out.jpg, .png",
        "preprocess, china.jpg, out, .png",
        "forward, --output, out.npy, .safetensors",
        "forward, --output, out, .safetensors",
        "embed, --npy, out.csv, .npy",
        "embed, --jsonl, out.csv, .jsonl",
        "classify, --csv, out.npy, .csv",
        "evaluate, --plot, out.jpg, .png",
        "bench, --plot, out.svg, .png"
    })
    void otherCommandsWriteWhatTheNameSays(
            String command, String option, String name, String ending, @TempDir Path folder) throws IOException {
        Object what = option.startsWith("--") ? option : Cli.image(option);
        Cli.Result result = Cli.run(command, what, folder.resolve(name));
        assertEquals(2, result.code(), result.err());
        assertTrue(
                result.err().contains("must end in " + ending) || result.err().contains("; take " + ending),
                result.err());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void convertDoesNotOverwriteAnotherModelsConfiguration(@TempDir Path folder) throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), "{}");
        String toy = Cli.toy("timm.safetensors").toString();
        Cli.Result refused = Cli.run("convert", toy, folder, "--layout", "huggingface");
        assertEquals(1, refused.code());
        assertTrue(refused.complaint().contains(config + ": is there already"), refused.err());
        assertEquals("{}", Files.readString(config));
        assertEquals(
                2,
                Cli.run("convert", toy, folder, "--layout", "timm", "--force", "--no-config")
                        .code());
        assertEquals(
                0,
                Cli.run("convert", toy, folder, "--layout", "timm", "--no-config")
                        .code());
        assertEquals("{}", Files.readString(config));
        assertEquals(
                0,
                Cli.run("convert", toy, folder, "--layout", "timm", "--force").code());
        assertTrue(Files.readString(config).contains("\"label_names\""));
        assertEquals(
                2,
                Cli.run("convert", toy, folder.resolve("out.onnx"), "--force").code());
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
