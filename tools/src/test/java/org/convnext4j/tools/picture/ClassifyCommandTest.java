package org.convnext4j.tools.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifyCommandTest {
    private static List<JsonNode> classify(Object... args) throws IOException {
        List<Object> words = new ArrayList<>(List.of("classify", "--json"));
        words.addAll(List.of(args));
        Cli.Result result = Cli.run(words.toArray());
        assertEquals(0, result.code(), result.err());
        assertEquals("", result.err());
        List<JsonNode> lines = new ArrayList<>();
        for (String line : result.out().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource({
        "facebook.safetensors, 1e-6",
        "facebook.pth, 1e-6",
        "facebook-legacy.pth, 1e-6",
        "timm.safetensors, 1e-6",
        "torchvision.safetensors, 1e-6",
        "huggingface.safetensors, 1e-5",
        "pytorch_model.bin, 1e-5",
        "facebook-f16.safetensors, 2e-3",
        "facebook-bf16.safetensors, 1e-2"
    })
    void everyFileOfTheModelGivesTheSamePredictions(String name, double tolerance) throws IOException {
        Object[] pictures = {"--top", 10, Cli.image("china.jpg"), Cli.image("flower.jpg")};
        List<JsonNode> expected = withModel("facebook.safetensors", pictures);
        List<JsonNode> actual = withModel(name, pictures);
        assertEquals(2, actual.size());
        for (int i = 0; i < 2; i++) {
            assertEquals(
                    first(expected.get(i)).path("index"), first(actual.get(i)).path("index"));
            double[] one = byIndex(expected.get(i));
            double[] other = byIndex(actual.get(i));
            for (int k = 0; k < one.length; k++) {
                assertEquals(one[k], other[k], tolerance, "class " + k);
            }
        }
        assertFalse(
                first(actual.get(0)).path("index").equals(first(actual.get(1)).path("index")));
    }

    private static List<JsonNode> withModel(String model, Object... rest) throws IOException {
        List<Object> words = new ArrayList<>(List.of("--model", Cli.toy(model)));
        words.addAll(List.of(rest));
        return classify(words.toArray());
    }

    private static JsonNode first(JsonNode line) {
        return line.path("predictions").path(0);
    }

    private static double[] byIndex(JsonNode line) {
        double[] probabilities = new double[line.path("predictions").size()];
        line.path("predictions")
                .forEach(p -> probabilities[p.path("index").asInt()] =
                        p.path("probability").asDouble());
        return probabilities;
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "openblas", "vector", "scalar"})
    void everyBackendGivesTheSamePredictions(String backend) throws IOException {
        Path picture = Cli.image("china.jpg");
        double[] expected = byIndex(withModel("timm.safetensors", "--top", 10, "--backend", "scalar", picture)
                .get(0));
        double[] actual =
                byIndex(withModel("timm.safetensors", "--top", 10, "--backend", backend, "--threads", 3, picture)
                        .get(0));
        for (int k = 0; k < expected.length; k++) {
            assertEquals(expected[k], actual[k], 1e-6, "class " + k);
        }
    }

    @Test
    void aJsonLineHasExactlyTheNamedFields() throws IOException {
        JsonNode line = withModel("timm.safetensors", "--top", 3, Cli.image("china.jpg"))
                .get(0);
        assertEquals(List.of("image", "predictions", "millis"), names(line));
        assertEquals(Cli.image("china.jpg").toString(), line.path("image").asText());
        assertEquals(3, line.path("predictions").size());
        assertEquals(List.of("index", "label", "probability"), names(first(line)));
        assertEquals(
                "class-" + first(line).path("index").asInt(),
                first(line).path("label").asText());
        assertTrue(line.path("millis").asDouble() > 0);
        double before = 1;
        for (JsonNode prediction : line.path("predictions")) {
            double probability = prediction.path("probability").asDouble();
            assertTrue(probability > 0 && probability <= before, line.toString());
            before = probability;
        }
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aPresetChangesTheInput() throws IOException {
        Path picture = Cli.image("china.jpg");
        // The configuration beside the toy asks for 64 pixels.
        double beside = first(withModel("timm.safetensors", picture).get(0))
                .path("probability")
                .asDouble();
        double preset = first(withModel("timm.safetensors", "--preprocess", "timm-224", picture)
                        .get(0))
                .path("probability")
                .asDouble();
        assertTrue(Math.abs(beside - preset) > 1e-3, beside + " and " + preset);
    }

    @Test
    void aTableNamesPictureClassAndProbability() {
        Cli.Result result =
                Cli.run("classify", "--model", Cli.toy("timm.safetensors"), "--top", 2, Cli.image("china.jpg"));
        assertEquals(0, result.code(), result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals(3, lines.size(), result.out());
        assertTrue(lines.get(0).contains("china.jpg"), lines.get(0));
        assertTrue(lines.get(1).matches(" +\\d+\\.\\d\\d %  class-\\d  \\[\\d]"), lines.get(1));
    }

    @Test
    void aFolderIsWalkedInOrderAndOtherFilesAreSkipped(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("b").resolve(".hidden"));
        Files.copy(Cli.image("flower.jpg"), folder.resolve("b").resolve("1.JPG"));
        Files.copy(Cli.image("china.jpg"), folder.resolve("a.jpg"));
        Files.copy(
                Cli.image("china.jpg"), folder.resolve("b").resolve(".hidden").resolve("2.jpg"));
        Files.writeString(folder.resolve("notes.txt"), "no picture");
        List<JsonNode> lines = withModel("timm.safetensors", folder);
        assertEquals(
                List.of(
                        folder.resolve("a.jpg").toString(),
                        folder.resolve("b").resolve("1.JPG").toString()),
                lines.stream().map(line -> line.path("image").asText()).toList());
    }

    @Test
    void anUnreadablePictureDoesNotStopTheOthers(@TempDir Path folder) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");
        Cli.Result result = Cli.run(
                "classify",
                "--json",
                "--model",
                Cli.toy("timm.safetensors"),
                broken,
                folder.resolve("gone.png"),
                Cli.image("china.jpg"));
        assertEquals(1, result.code());
        assertEquals(1, result.out().lines().count(), result.out());
        List<String> errors = result.err().lines().toList();
        assertEquals(2, errors.size(), result.err());
        assertTrue(errors.get(0).startsWith("convnext classify: " + broken + ": "), result.err());
        assertTrue(errors.get(1).contains("gone.png"), result.err());
    }

    @Test
    void aFolderWithoutPicturesIsAFailure(@TempDir Path folder) {
        Cli.Result result = Cli.run("classify", "--model", Cli.toy("timm.safetensors"), folder);
        assertEquals(1, result.code());
        assertTrue(result.complaint().contains("has no pictures"), result.err());
    }
}
