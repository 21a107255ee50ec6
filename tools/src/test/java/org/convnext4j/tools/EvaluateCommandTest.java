package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
                        .filter(line -> line.startsWith("evaluate: " + picture + ": "))
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
                        .filter(line -> line.startsWith("evaluate: "))
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
                "evaluate: " + grey + ": takes 1 channels, but pictures have 3; use forward with a tensor",
                result.complaint());
    }
}
