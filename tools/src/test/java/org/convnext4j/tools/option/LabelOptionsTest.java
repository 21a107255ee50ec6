package org.convnext4j.tools.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --labels} on the commands that show, match or write class names. China is class 7 and the flower class 3. */
class LabelOptionsTest {
    private static final List<String> NAMES =
            List.of("ant", "bee", "cat", "daisy", "elk", "fox", "gnu", "hut", "ibis", "jay");

    @TempDir
    private Path folder;

    private Path names;
    private Path bare;

    /** A checkpoint with nothing beside it. */
    @BeforeEach
    void write() throws IOException {
        names = Files.write(folder.resolve("names.txt"), NAMES);
        bare = Files.copy(Cli.toy("timm.safetensors"), folder.resolve("bare.safetensors"));
    }

    @Test
    void classifyAndExplainShowTheNames() throws IOException {
        JsonNode plain = Cli.run(
                        "classify", "--json", "--preprocess", "timm-224", "--model", bare, Cli.image("china.jpg"))
                .json();
        int index = plain.path("predictions").path(0).path("index").asInt();
        assertEquals(
                "class " + index,
                plain.path("predictions").path(0).path("label").asText());
        Object[] pictures = {"--model", bare, "--preprocess", "timm-224", "--labels", names, Cli.image("china.jpg")};
        JsonNode named = Cli.run(with("classify", pictures, "--json")).json();
        assertEquals(
                NAMES.get(index),
                named.path("predictions").path(0).path("label").asText());
        Path csv = folder.resolve("out.csv");
        Cli.Result bulk = Cli.run(with("classify", pictures, "--csv", csv, "--top", 1));
        assertEquals(0, bulk.code(), bulk.err());
        assertTrue(Files.readString(csv).contains("," + NAMES.get(index) + ","), Files.readString(csv));
        Cli.Result explained = Cli.run(with("explain", pictures, folder.resolve("map.png")));
        assertEquals(0, explained.code(), explained.err());
        assertTrue(explained.out().contains("%  " + NAMES.get(index) + "  [" + index + "]"), explained.out());
    }

    @Test
    void evaluateMatchesTheFoldersWithTheNames() throws IOException {
        Path data = folder.resolve("data");
        for (String name : List.of("hut", "daisy")) {
            Path pictures = Files.createDirectories(data.resolve("val").resolve(name));
            Files.copy(Cli.image(name.equals("hut") ? "china.jpg" : "flower.jpg"), pictures.resolve("1.jpg"));
        }
        Path toy = Cli.toy("timm.safetensors");
        JsonNode metrics = Cli.run("evaluate", "--json", "--model", toy, "--labels", names, "--data", data)
                .json();
        assertEquals(2, metrics.path("images").asInt());
        assertEquals(1, metrics.path("top1").asDouble());
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Test
    void inspectShowsTheNamesAndWhereTheyAreFrom() throws IOException {
        JsonNode json = Cli.run("inspect", "--json", "--labels", names, Cli.toy("timm.safetensors"))
                .json();
        assertEquals(NAMES, texts(json.path("labels")));
        assertEquals("names.txt", json.path("labelsFrom").asText());
        String text = Cli.run("inspect", "--labels", names, bare).out();
        assertTrue(text.contains(" ant; bee; cat; daisy; elk; and 5 more (names.txt)"), text);
    }

    @Test
    void convertWritesTheNamesForWhoeverLoadsTheModel() throws IOException {
        for (String layout : List.of("timm", "huggingface")) {
            Path out = folder.resolve(layout);
            Cli.Result result =
                    Cli.run("convert", Cli.toy("timm.safetensors"), out + "/", "--layout", layout, "--labels", names);
            assertEquals(0, result.code(), result.err());
            JsonNode json = Cli.run("inspect", "--json", out).json();
            assertEquals(NAMES, texts(json.path("labels")));
            assertEquals("config.json", json.path("labelsFrom").asText());
        }
        Path onnx = folder.resolve("model.onnx");
        assertEquals(0, Cli.run("convert", bare, onnx, "--labels", names).code());
        String bytes = Files.readString(onnx, StandardCharsets.ISO_8859_1);
        assertTrue(
                bytes.contains("[\"ant\",\"bee\",\"cat\",\"daisy\",\"elk\",\"fox\",\"gnu\",\"hut\",\"ibis\",\"jay\"]"));
        for (Object out : List.of(folder.resolve("other") + "/", folder.resolve("other.onnx"))) {
            Cli.Result result = Cli.run("convert", bare, out, "--no-config", "--labels", names);
            assertEquals(2, result.code());
            assertTrue(result.complaint().contains("--no-config writes none"), result.err());
        }
    }

    @Test
    void aFileOfNamesThatIsMissingIsSaidToBe() {
        Path none = folder.resolve("none.txt");
        Cli.Result result = Cli.run("classify", "--model", bare, "--labels", none, Cli.image("china.jpg"));
        assertEquals(1, result.code());
        assertEquals("convnext classify: " + none + ": does not exist; check the name", result.complaint());
    }

    @Test
    void namesThatDoNotFitAreRefusedInOneLine() throws IOException {
        Path out = folder.resolve("map.png");
        Files.write(names, NAMES.subList(0, 9));
        for (List<Object> words : List.<List<Object>>of(
                List.of("classify", "--model", bare, "--labels", names, Cli.image("china.jpg")),
                List.of("explain", "--model", bare, "--labels", names, Cli.image("china.jpg"), out),
                List.of("inspect", "--labels", names, bare),
                List.of("convert", "--labels", names, bare, folder.resolve("out.onnx")),
                List.of("convert", "--layout", "timm", "--labels", names, bare, folder.resolve("out") + "/"))) {
            Cli.Result result = Cli.run(words.toArray());
            assertEquals(1, result.code());
            assertEquals("", result.out());
            assertEquals(
                    "convnext " + words.get(0) + ": " + names + ": names 9 classes, but " + bare
                            + " has 10; give one name for each class, in the order of the network's outputs",
                    result.complaint());
        }
        for (Path written : List.of(out, folder.resolve("out.onnx"), folder.resolve("out"))) {
            assertFalse(Files.exists(written), written.toString());
        }
        Files.writeString(names, "ant\n\nbee\n");
        Cli.Result gap = Cli.run("classify", "--model", bare, "--labels", names, Cli.image("china.jpg"));
        assertEquals(1, gap.code());
        assertTrue(gap.complaint().contains("line 2 has no name"), gap.err());
    }

    @Test
    void whereThereAreNoNamesTheOptionIsWrongUsage() {
        Cli.Result bundled = Cli.run("classify", "--labels", names, Cli.image("china.jpg"));
        assertEquals(2, bundled.code());
        assertTrue(bundled.complaint().contains("give it with --model MODEL"), bundled.err());
        Cli.Result vectors = Cli.run(
                "embed", "--model", bare, "--labels", names, "--jsonl", folder.resolve("out"), Cli.image("china.jpg"));
        assertEquals(2, vectors.code());
        assertTrue(vectors.err().contains("--labels"), vectors.err());
    }

    private static Object[] with(String command, Object[] words, Object... more) {
        List<Object> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(words));
        all.addAll(List.of(more));
        return all.toArray();
    }
}
