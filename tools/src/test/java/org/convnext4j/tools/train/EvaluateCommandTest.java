package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One picture's failure does not end the others', and a model that takes no pictures is refused before any. */
class EvaluateCommandTest {
    private static final Path MODEL = Cli.toy("huggingface.safetensors");

    @TempDir
    private Path data;

    private Path first;
    private Path cut;

    /** Two good pictures of either class; the first of all is none, the last is cut short. */
    @BeforeEach
    void pictures() throws IOException {
        for (String name : List.of("class-0", "class-1")) {
            Path folder = Files.createDirectories(data.resolve("val").resolve(name));
            Files.copy(Cli.image("china.jpg"), folder.resolve("1.jpg"));
            Files.copy(Cli.image("flower.jpg"), folder.resolve("2.jpg"));
        }
        first = Files.writeString(data.resolve("val/class-0/0.png"), "no picture");
        byte[] whole = Files.readAllBytes(Cli.image("china.timm224.png"));
        cut = Files.write(data.resolve("val/class-1/3.png"), Arrays.copyOf(whole, whole.length / 2));
    }

    private Cli.Result evaluate(Object... rest) {
        Object[] words = {"evaluate", "--model", MODEL, "--data", data};
        Object[] all = Arrays.copyOf(words, words.length + rest.length);
        System.arraycopy(rest, 0, all, words.length, rest.length);
        return Cli.run(all);
    }

    private static void assertNamedOnce(Path picture, Cli.Result result) {
        assertEquals(
                1,
                result.err()
                        .lines()
                        .filter(line -> line.startsWith("convnext evaluate: " + picture + ": "))
                        .count(),
                result.err());
    }

    @Test
    void picturesThatCannotBeReadAreNotCounted() throws IOException {
        Cli.Result result = evaluate("--json", "--batch", 2);
        assertEquals(1, result.code(), result.err());
        assertNamedOnce(first, result);
        assertNamedOnce(cut, result);
        JsonNode json = new ObjectMapper().readTree(result.out());
        assertEquals(4, json.path("images").asInt());
        assertEquals(2, json.path("unreadableImages").asInt());

        Files.delete(first);
        Files.delete(cut);
        JsonNode clean = evaluate("--json", "--batch", 2).json();
        assertFalse(clean.has("unreadableImages"), clean::toString);
        for (String name : List.of("images", "top1", "top5", "loss")) {
            assertEquals(clean.path(name).asDouble(), json.path(name).asDouble(), 1e-6, name);
        }
    }

    @Test
    void skippingThemIsNoFailure() throws IOException {
        Cli.Result result = evaluate("--skip-unreadable");
        assertEquals(0, result.code(), result.err());
        assertNamedOnce(first, result);
        assertNamedOnce(cut, result);
        assertTrue(result.out().lines().anyMatch(line -> line.matches(" +unreadable +2, not counted")), result.out());
        assertEquals(
                2,
                evaluate("--skip-unreadable", "--json")
                        .json()
                        .path("unreadableImages")
                        .asInt());
        assertTrue(evaluate("--verbose").err().contains("ImageException"), "the stack trace");
    }

    @Test
    void whereNoneCanBeReadEachIsNamed() throws IOException {
        for (String name : List.of("class-0/1.jpg", "class-0/2.jpg", "class-1/1.jpg", "class-1/2.jpg")) {
            Files.writeString(data.resolve("val").resolve(name), "no picture");
        }
        Cli.Result result = evaluate("--skip-unreadable");
        assertEquals(1, result.code());
        assertEquals("", result.out());
        assertEquals(
                7,
                result.err()
                        .lines()
                        .filter(line -> line.startsWith("convnext evaluate: "))
                        .count(),
                result.err());
        assertTrue(result.err().contains("not one of the 6 samples"), result.err());
    }

    @Test
    void aModelOfOneChannelIsRefused() {
        Path grey = Cli.family("grey");
        Cli.Result result = Cli.run("evaluate", "--model", grey, "--data", data, "--allow-missing");
        assertEquals(1, result.code());
        assertEquals(
                "convnext evaluate: " + grey + ": takes 1 channel, but pictures have 3; use forward with a tensor",
                result.complaint());
    }

    /** The good pictures of both classes, into other folders. */
    private Path copyTo(String... folders) throws IOException {
        Path root = data.resolve("copy");
        for (String folder : folders) {
            for (String name : List.of("class-0", "class-1")) {
                Path target = Files.createDirectories(root.resolve(folder).resolve(name));
                Files.copy(Cli.image("china.jpg"), target.resolve("1.jpg"));
                Files.copy(Cli.image("flower.jpg"), target.resolve("2.jpg"));
            }
        }
        return root;
    }

    private static Cli.Result measure(Path folder, Object... rest) {
        List<Object> words = new ArrayList<>(List.of("evaluate", "--model", MODEL, "--data", folder, "--json"));
        words.addAll(List.of(rest));
        return Cli.run(words.toArray());
    }

    @Test
    void aPlainFolderOfClassesIsMeasuredWhole() throws IOException {
        Path root = copyTo("val");
        JsonNode whole = measure(root).json();
        JsonNode plain = measure(root.resolve("val")).json();
        for (JsonNode json : List.of(whole, plain)) {
            ((ObjectNode) json).remove("imagesPerSecond");
        }
        assertEquals(whole, plain);
        Cli.Result split = measure(root.resolve("val"), "--split", "valid");
        assertEquals(1, split.code());
        assertTrue(split.complaint().contains("it is a plain folder of classes: class-0, class-1"), split.err());
    }

    /** A class of pictures of trains is no split. */
    @Test
    void aClassMayBeCalledLikeASplit() throws IOException {
        Path root = copyTo("val").resolve("val");
        Files.move(root.resolve("class-0"), root.resolve("train"));
        Cli.Result result = measure(root, "--allow-missing");
        assertEquals(
                4,
                result.json().path("images").asInt()
                        + result.json().path("leftOutImages").asInt());
        assertEquals("[\"train\"]", result.json().path("leftOutClasses").toString());
    }

    @Test
    void splitsGoByTheNamesOfTheirFolders() throws IOException {
        Path root = copyTo("train", "validation");
        Files.delete(root.resolve("train/class-0/1.jpg"));
        for (String name : List.of("val", "valid", "validation", "VALIDATION")) {
            assertEquals(4, measure(root, "--split", name).json().path("images").asInt(), name);
        }
        assertEquals(3, measure(root, "--split", "train").json().path("images").asInt());
        Cli.Result test = measure(root, "--split", "test");
        assertEquals(1, test.code());
        assertTrue(test.complaint().endsWith("; it has the folders train, validation"), test.err());
        Cli.Result none = measure(root, "--split", "dev");
        assertEquals(2, none.code());
        assertTrue(
                none.complaint().contains("--split cannot be dev; there are train, val, valid, validation, test"),
                none.err());

        Files.createDirectories(root.resolve("test/class-1"));
        Files.copy(Cli.image("china.jpg"), root.resolve("test/class-1/9.jpg"));
        assertEquals(1, measure(root, "--split", "test").json().path("images").asInt());
    }

    /** The matrix is that of the listed classes, from which the figures of each follow. */
    @Test
    void jsonHasTheClassesAndTheConfusionMatrix() throws IOException {
        JsonNode json = measure(copyTo("val")).json();
        JsonNode classes = json.path("classes");
        JsonNode confusion = json.path("confusion");
        assertEquals(classes.size(), confusion.size());
        long right = 0;
        double recalls = 0;
        for (int i = 0; i < classes.size(); i++) {
            JsonNode one = classes.path(i);
            long row = 0;
            long column = 0;
            for (int j = 0; j < classes.size(); j++) {
                row += confusion.path(i).path(j).asLong();
                column += confusion.path(j).path(i).asLong();
            }
            long hit = confusion.path(i).path(i).asLong();
            right += hit;
            assertEquals(row, one.path("images").asLong());
            assertEquals(column, one.path("predicted").asLong());
            assertShare(hit, row, one.path("recall"));
            assertShare(hit, row, one.path("top1"));
            assertShare(hit, column, one.path("precision"));
            assertShare(2 * hit, row + column, one.path("f1"));
            assertEquals(row == 0, one.path("top5").isNull());
            assertEquals("class-" + one.path("index").asInt(), one.path("name").asText());
            recalls += row == 0 ? 0 : (double) hit / row;
        }
        assertEquals(json.path("top1").asDouble(), right / json.path("images").asDouble());
        assertEquals(recalls / 2, json.path("macro").path("recall").asDouble(), 1e-12, "two classes have pictures");
    }

    private static void assertShare(long part, long whole, JsonNode share) {
        assertEquals(whole == 0, share.isNull());
        assertEquals(whole == 0 ? 0 : (double) part / whole, share.asDouble(), 1e-12);
    }

    @Test
    void flippingMeasuresSomethingElseAndSaysSo() throws IOException {
        Path root = copyTo("val");
        JsonNode plain = measure(root).json();
        JsonNode flipped = measure(root, "--flip").json();
        assertTrue(flipped.path("flip").asBoolean());
        assertFalse(plain.has("flip"));
        assertNotEquals(plain.path("loss").asDouble(), flipped.path("loss").asDouble());
        Cli.Result text = Cli.run("evaluate", "--model", MODEL, "--data", root, "--flip");
        assertTrue(text.out().contains(", each also mirrored"), text.out());
        assertTrue(
                text.out().lines().anyMatch(line -> line.matches(" +class +pictures +precision +recall +F1 +top-5 .*")),
                text.out());
    }
}
