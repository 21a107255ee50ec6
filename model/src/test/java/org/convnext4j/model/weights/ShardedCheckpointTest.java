package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedCheckpointTest {
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    private Path folder;

    private final Map<String, String> fileOf = new TreeMap<>();

    /** The toy's tensors dealt to three files in turn. */
    @BeforeEach
    void deal() throws IOException {
        try (Checkpoint whole = Checkpoint.open(Toy.file("huggingface.safetensors"))) {
            for (int part = 0; part < 3; part++) {
                String name = "model-0000" + (part + 1) + "-of-00003.safetensors";
                List<TensorEntry> entries = new ArrayList<>();
                for (int i = part; i < whole.entries().size(); i += 3) {
                    entries.add(whole.entries().get(i));
                    fileOf.put(whole.entries().get(i).name(), name);
                }
                SafetensorsWriter.write(folder.resolve(name), entries, null, Map.of("part", name));
            }
        }
        writeIndex();
    }

    private void writeIndex() throws IOException {
        StringBuilder text =
                new StringBuilder("{\"metadata\": {\"total_size\": 123, \"x\": [1, {}]}, \"weight_map\": {");
        String separator = "";
        for (Map.Entry<String, String> entry : fileOf.entrySet()) {
            text.append(separator)
                    .append('"')
                    .append(entry.getKey())
                    .append("\": \"")
                    .append(entry.getValue());
            text.append('"');
            separator = ", ";
        }
        Files.writeString(folder.resolve(INDEX), text.append("}}"));
    }

    @Test
    void theWeightsAreThoseOfTheWhole() {
        for (Path named : List.of(folder, folder.resolve(INDEX))) {
            try (ConvNeXtCheckpoint parts = ConvNeXtCheckpoint.read(named);
                    ConvNeXtCheckpoint whole = ConvNeXtCheckpoint.read(Toy.file("huggingface.safetensors"))) {
                assertEquals(Toy.bits(whole.weights()), Toy.bits(parts.weights()));
                assertEquals(whole.config(), parts.config());
                assertEquals(folder.resolve(INDEX), parts.path());
            }
        }
    }

    @Test
    void aWholeFileIsPreferred() throws IOException {
        Files.copy(Toy.file("huggingface.safetensors"), folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(folder.resolve("model.safetensors"), checkpoint.path());
        }
    }

    @Test
    void tensorsThatTheIndexDoesNotNameAreLeftOut() throws IOException {
        fileOf.remove("classifier.bias");
        writeIndex();
        assertRefused(() -> ConvNeXtCheckpoint.read(folder), INDEX, "lacks tensor classifier.bias");
    }

    @Test
    void aMissingPart() throws IOException {
        Files.delete(folder.resolve("model-00002-of-00003.safetensors"));
        assertRefused(() -> Checkpoint.open(folder), "model-00002-of-00003.safetensors", "no such file");
    }

    @Test
    void aTensorInAnotherPart() throws IOException {
        fileOf.put("classifier.bias", "model-99993-of-99993.safetensors");
        writeIndex();
        assertRefused(() -> Checkpoint.open(folder), "99993-of-99993", "no such file");
        String other = fileOf.values().stream()
                .filter(name -> !name.equals(fileOf.get("classifier.weight")) && !name.contains("9999"))
                .findFirst()
                .orElseThrow();
        fileOf.put("classifier.bias", "model-00001-of-00003.safetensors");
        fileOf.put("classifier.weight", other);
        writeIndex();
        assertRefused(() -> Checkpoint.open(folder), INDEX, "classifier.weight", "but it is not");
    }

    @Test
    void aDamagedPart() throws IOException {
        Path part = folder.resolve("model-00003-of-00003.safetensors");
        byte[] bytes = Files.readAllBytes(part);
        Files.write(part, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertRefused(() -> Checkpoint.open(folder), part.toString(), "cut short");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../model.safetensors",
                "/etc/passwd",
                "sub/model.safetensors",
                "..",
                ".hidden.safetensors",
                "C:\\\\model.safetensors",
                "",
                "a\\u0000b.safetensors",
                "model.safetensors.index.json"
            })
    void partsElsewhereAreRefused(String name) throws IOException {
        Files.writeString(folder.resolve(INDEX), "{\"weight_map\": {\"a\": \"" + name + "\"}}");
        assertRefused(() -> Checkpoint.open(folder), INDEX, "own folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"weight_map\": {}}",
                "{\"weight_map\": []}",
                "{\"weight_map\": {\"a\": 1}}",
                "{\"weight_map\": {\"a\": {\"b\": \"c\"}}}",
                "{\"weight_map\": {\"a\": \"x.safetensors\"}",
                "{\"weight_map\": {\"a\": \"x.safetensors\"}} {}",
                "{\"weight_map\": {\"a\": \"x.safetensors\", \"a\": \"y.safetensors\"}}"
            })
    void whatIsNoIndexIsRefused(String text) throws IOException {
        Files.writeString(folder.resolve(INDEX), text);
        assertRefused(() -> Checkpoint.open(folder), INDEX, "index of shards");
    }

    @Test
    void tooManyTensorsAreRefused() throws IOException {
        String map = IntStream.rangeClosed(0, 100_000)
                .mapToObj(i -> "\"" + i + "\":\"a.safetensors\"")
                .collect(Collectors.joining(","));
        Files.writeString(folder.resolve(INDEX), "{\"weight_map\":{" + map + "}}");
        assertRefused(() -> Checkpoint.open(folder), INDEX, "more than 100000 tensors");
    }

    @Test
    void tooManyPartsAreRefused() throws IOException {
        fileOf.clear();
        for (int i = 0; i < 1001; i++) {
            fileOf.put("t" + i, "part" + i);
        }
        writeIndex();
        assertRefused(() -> Checkpoint.open(folder), INDEX, "more than 1000 files");
    }

    @Test
    void aFolderWithoutACheckpointNamesWhatItLooksFor() {
        assertRefused(
                () -> Checkpoint.open(Files.createDirectory(folder.resolve("empty"))),
                "is a folder without model.safetensors");
    }
}
