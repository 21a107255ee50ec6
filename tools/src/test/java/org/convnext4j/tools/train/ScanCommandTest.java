package org.convnext4j.tools.train;

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
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ScanCommandTest {
    @TempDir
    private Path data;

    private Path cut;
    private Path empty;

    @BeforeEach
    void pictures() throws IOException {
        for (String folder : List.of("train/a", "train/b", "val/a")) {
            Files.createDirectories(data.resolve(folder));
        }
        Files.copy(Cli.image("china.jpg"), data.resolve("train/a/1.jpg"));
        Files.copy(Cli.image("flower.jpg"), data.resolve("train/b/1.jpg"));
        Files.copy(Cli.image("china.jpg"), data.resolve("val/a/leak.jpg"));
        Files.copy(Cli.image("china.timm224.png"), data.resolve("train/b/2.jpg"));
        byte[] whole = Files.readAllBytes(Cli.image("flower.jpg"));
        cut = Files.write(data.resolve("train/a/cut.jpg"), Arrays.copyOf(whole, whole.length / 2));
        empty = Files.createFile(data.resolve("train/b/empty.png"));
    }

    private static boolean has(Cli.Result result, String line) {
        return result.out().lines().anyMatch(one -> one.equals(line));
    }

    @Test
    void whatIsWrongIsListed() {
        Cli.Result result = Cli.run("scan", data);
        assertEquals(1, result.code());
        assertEquals("", result.err());
        assertTrue(has(result, "  a      2 (1 unreadable)  1"), result.out());
        assertTrue(has(result, "  b      3 (1 unreadable)  -"), result.out());
        assertTrue(has(result, "cut short: 1"), result.out());
        assertTrue(result.out().contains("  " + cut + ": is truncated; "), result.out());
        assertTrue(has(result, "empty: 1"), result.out());
        assertTrue(result.out().contains("  " + empty + ": is empty; "), result.out());
        assertTrue(has(result, "another ending than its format's: 1"), result.out());
        assertTrue(
                has(result, "  " + data.resolve("train/a/1.jpg") + " = " + data.resolve("val/a/leak.jpg")),
                result.out());
        assertTrue(has(result, "  b: in train, not in val"), result.out());
        assertTrue(result.out().contains("2 of 6 pictures cannot be read"), result.out());
    }

    @Test
    void aWholeFolderIsGood() throws IOException {
        Files.delete(cut);
        Files.delete(empty);
        Cli.Result result = Cli.run("scan", data, "--threads", 1);
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().endsWith("All 4 pictures can be read." + System.lineSeparator()), result.out());
        Cli.Result plain = Cli.run("scan", data.resolve("train"), "--json");
        assertEquals(0, plain.json().path("unreadable").asInt());
        assertEquals("", plain.json().path("splits").path(0).path("name").asText());
        assertEquals(0, plain.json().path("duplicates").size());
    }

    @Test
    void evenClassesAreSaidToBe() throws IOException {
        Files.delete(cut);
        Files.delete(empty);
        Cli.Result uneven = Cli.run("scan", data, "--threads", 1);
        assertTrue(uneven.out().contains(" times as many in the largest"), uneven.out());
        Path even = data.resolve("even");
        for (String name : List.of("a", "b")) {
            Files.copy(
                    Cli.image("china.jpg"),
                    Files.createDirectories(even.resolve(name)).resolve(name + ".jpg"));
        }
        Cli.Result result = Cli.run("scan", even, "--threads", 1);
        assertTrue(result.out().contains(even + " has 1 picture in each class"), result.out());
        assertTrue(!result.out().contains("times as many"), result.out());
    }

    @Test
    void jsonListsEverything() throws IOException {
        Cli.Result result = Cli.run("scan", "--json", data);
        assertEquals(1, result.code());
        JsonNode json = new ObjectMapper().readTree(result.out());
        assertEquals(6, json.path("pictures").asInt());
        assertEquals(2, json.path("unreadable").asInt());
        assertEquals(
                "b",
                json.path("splits").path(0).path("classes").path(1).path("name").asText());
        assertEquals(
                3,
                json.path("splits")
                        .path(0)
                        .path("classes")
                        .path(1)
                        .path("pictures")
                        .asInt());
        assertEquals(640, json.path("sizes").path("maxWidth").asInt());
        JsonNode first = json.path("findings").path(0);
        assertEquals("truncated", first.path("kind").asText());
        assertTrue(first.path("unreadable").asBoolean());
        assertEquals(cut.toString(), first.path("file").asText());
        JsonNode same = json.path("duplicates").path(0);
        assertTrue(same.path("acrossSplits").asBoolean());
        assertFalse(same.path("acrossClasses").asBoolean());
        assertEquals(2, same.path("files").size());
        assertEquals("b", json.path("unmatched").path(0).path("class").asText());
    }

    @Test
    void trainingPointsToIt() {
        Cli.Result result = Cli.run(
                "train",
                "--data",
                data,
                "--out",
                data.resolve("run"),
                "--depths",
                "1,1,1,1",
                "--dims",
                "8,8,8,8",
                "--allow-missing",
                "--no-skip-unreadable",
                "--set",
                "augmentation.pictureSize=64",
                "--batch",
                4,
                "--set",
                "warmupEpochs=0");
        assertEquals(1, result.code(), result.err());
        assertTrue(result.err().contains("convnext scan " + data + " names all such files"), result.err());
    }

    /** It would wait for somebody to write into the pipe. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeIsNotRead() throws IOException, InterruptedException {
        Path pipe = data.resolve("train/a/pipe.png");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Cli.Result result = Cli.run("scan", data);
        assertTrue(result.out().contains(pipe + ": is not used: it is no regular file"), result.out());
    }

    @Test
    void otherDataAreRefused() throws IOException {
        Path idx = TinyIdx.write(data.resolve("idx"), 6, 6);
        Cli.Result result = Cli.run("scan", idx);
        assertEquals(1, result.code());
        assertTrue(result.complaint().contains("IDX files, which are checked whenever they are opened"), result.err());
        assertTrue(Cli.run("scan", data.resolve("none")).complaint().endsWith("no such folder of pictures"));
        assertEquals(2, Cli.run("scan").code());
    }
}
