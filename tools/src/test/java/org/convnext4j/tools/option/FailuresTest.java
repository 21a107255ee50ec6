package org.convnext4j.tools.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "classify --nonsense picture.jpg",
                "demo --out sheet.jpg",
                "classify --model m",
                "classify --model m --top 0 picture.jpg",
                "classify --model m --preprocess nonsense picture.jpg",
                "classify --model m --backend nonsense picture.jpg",
                "classify --model m --threads -1 picture.jpg",
                "forward --model m --input i --tensor t",
                "forward --input i --tensor t --output o",
                "preprocess picture.jpg",
                "preprocess picture.jpg out.png --preset nonsense",
                "inspect",
                "convert in out",
                "convert in out --layout nonsense",
                "convert in out --layout timm --dtype i8",
                "bench --variant nonsense",
                "bench --batch x",
                "bench --size 31",
                "bench --seconds -1",
                "bench --training --peer onnxruntime",
                "doctor surplus"
            })
    void wrongUsageEndsWithTwo(String line) {
        Cli.Result result = Cli.run((Object[]) line.split(" ", -1));
        assertEquals(2, result.code(), result.err());
        assertEquals("", result.out());
        assertTrue(result.complaint().startsWith("convnext"), result.err());
        assertTrue(result.complaint().contains("--help"), result.err());
    }

    @Test
    void noCommandShowsTheHelp() {
        Cli.Result result = Cli.run();
        assertEquals(2, result.code());
        assertTrue(result.err().contains("classify") && result.err().contains("doctor"), result.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "classify",
                "evaluate",
                "train",
                "forward",
                "preprocess",
                "inspect",
                "convert",
                "bench",
                "doctor"
            })
    void everyCommandHasHelp(String command) {
        Cli.Result result = command.isEmpty() ? Cli.run("--help") : Cli.run(command, "--help");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("Usage: convnext"), result.out());
        assertTrue(result.out().contains("--verbose"), result.out());
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        Cli.Result result = Cli.run("--version");
        assertEquals(0, result.code());
        assertTrue(
                result.out()
                        .matches(
                                "convnext \\d+\\.\\d+\\.\\d+\\S* \\(Java .*, (vectors of \\d+ bits|no vectors, see convnext doctor)\\)\\R"),
                result.out());
    }

    @Test
    void badCheckpointsEndWithOneLineThatNamesThem(@TempDir Path folder) throws IOException {
        byte[] whole = Files.readAllBytes(Cli.toy("facebook.safetensors"));
        Path truncated = Files.write(folder.resolve("truncated.safetensors"), Arrays.copyOf(whole, whole.length / 2));
        Path empty = Files.write(folder.resolve("empty.safetensors"), new byte[0]);
        Path text = Files.writeString(folder.resolve("text.pth"), "no checkpoint");
        Path nothing = folder.resolve("nothing.safetensors");
        Path other = Cli.toy("expected.safetensors");
        for (Path bad : new Path[] {truncated, empty, text, nothing, other, folder}) {
            fails(bad, "inspect", bad);
            fails(bad, "classify", "--model", bad, Cli.image("china.jpg"));
            fails(bad, "convert", bad, folder.resolve("out.safetensors"), "--layout", "timm");
            fails(
                    bad,
                    "forward",
                    "--model",
                    bad,
                    "--input",
                    other,
                    "--tensor",
                    "x32.input",
                    "--output",
                    "out.safetensors");
        }
        assertTrue(Files.notExists(folder.resolve("out.safetensors")));
    }

    @Test
    void badOutputsEndWithOneLineThatNamesThem(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        Path directory = Files.createDirectory(folder.resolve("directory.png"));
        fails(directory, "preprocess", Cli.image("china.jpg"), directory);
        for (Path bad : new Path[] {folder.resolve("missing"), file}) {
            Path picture = bad.resolve("out.png");
            Cli.Result result = Cli.run("preprocess", Cli.image("china.jpg"), picture);
            assertEquals(2, result.code(), result.err());
            assertTrue(result.complaint().contains(picture + "' cannot be written: "), result.err());
            for (String name : new String[] {"out.safetensors", "out.onnx", "out/"}) {
                String out = bad + "/" + name;
                Path named = Path.of(out);
                if (name.endsWith("onnx")) {
                    fails(named, "convert", Cli.toy("timm.safetensors"), out);
                } else {
                    fails(bad, "convert", Cli.toy("timm.safetensors"), out, "--layout", "facebook");
                }
            }
        }
        fails(file, "preprocess", file, folder.resolve("out.png"));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(2, left.count());
        }
        assertEquals("kept", Files.readString(file));
    }

    @Test
    void aCheckpointIsNotConvertedOntoItself(@TempDir Path folder) throws IOException {
        Path file = Files.copy(Cli.toy("timm.safetensors"), folder.resolve("timm.safetensors"));
        fails(file, "convert", file, file, "--layout", "facebook");
        assertEquals(-1, Files.mismatch(Cli.toy("timm.safetensors"), file));
    }

    private static void fails(Path named, Object... args) {
        Cli.Result result = Cli.run(args);
        assertEquals(1, result.code(), Arrays.toString(args) + result.err());
        assertEquals("", result.out());
        assertTrue(result.complaint().startsWith("convnext " + args[0] + ": "), result.err());
        assertTrue(result.complaint().contains(named.toString()), result.err());
        assertTrue(!result.complaint().contains("unexpected"), result.err());
    }

    @Test
    void verboseAddsTheTrace() {
        Cli.Result after = Cli.run("inspect", "nothing.safetensors", "--verbose");
        Cli.Result before = Cli.run("--verbose", "inspect", "nothing.safetensors");
        for (Cli.Result result : new Cli.Result[] {after, before}) {
            assertEquals(1, result.code());
            assertTrue(result.err().contains("\tat org.convnext4j."), result.err());
        }
    }
}
