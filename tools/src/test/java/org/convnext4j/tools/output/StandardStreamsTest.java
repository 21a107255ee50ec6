package org.convnext4j.tools.output;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.tools.Cli;
import org.convnext4j.tools.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -} in place of a file's name. */
class StandardStreamsTest {
    @TempDir
    private Path folder;

    private static byte[] china() throws Exception {
        return Files.readAllBytes(Cli.image("china.jpg"));
    }

    private static String[] words(String line) {
        return line.replace("MODEL", Cli.toy("timm.safetensors").toString())
                .replace("FLOWER", Cli.image("flower.jpg").toString())
                .split(" ", -1);
    }

    @Test
    void classifyTakesAPictureFromStandardInput() throws Exception {
        String line = "classify --json --model MODEL --backend vector ";
        Cli.Result piped = Cli.piped(china(), (Object[]) words(line + "-")).result();
        Cli.Result named = Cli.run((Object[]) words(line + Cli.image("china.jpg")));
        assertEquals(named.json().path("predictions"), piped.json().path("predictions"));
        assertEquals("-", piped.json().path("image").asText());
        Cli.Result bundled = Cli.piped(china(), "classify", "--json", "-").result();
        assertEquals(
                Cli.run("classify", "--json", Cli.image("china.jpg"))
                        .json()
                        .path("predictions")
                        .path(0)
                        .path("index"),
                bundled.json().path("predictions").path(0).path("index"));
        Cli.Result broken = Cli.piped(new byte[] {1, 2, 3}, "classify", "-", Cli.image("china.jpg"))
                .result();
        assertEquals(1, broken.code());
        assertTrue(broken.err().contains("classify: - (standard input): is not a picture of a known"), broken.err());
        assertTrue(broken.out().contains("china.jpg"), "the others are done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--jsonl", "--csv"})
    void resultsOfManyGoToStandardOutput(String option) throws Exception {
        for (String command : List.of("classify", "embed")) {
            Path file = folder.resolve(command);
            Cli.Result toFile = Cli.run(
                    (Object[]) words(command + " --model MODEL --backend vector " + option + " " + file + " FLOWER"));
            assertEquals(0, toFile.code(), toFile.err());
            Cli.Piped piped = Cli.piped(
                    new byte[0], (Object[]) words(command + " --model MODEL --backend vector " + option + " - FLOWER"));
            assertEquals("", piped.result().out(), "nothing but records");
            assertEquals(toFile.err(), piped.result().err());
            assertArrayEquals(Files.readAllBytes(file), piped.bytes());
        }
        assertFalse(Files.exists(Path.of("-")));
    }

    @Test
    void aPngGoesToStandardOutputAndWordsAboutItToTheOther() throws Exception {
        Path file = folder.resolve("out.png");
        Path picture = Cli.image("china.jpg");
        assertEquals(0, Cli.run("preprocess", picture, file).code());
        Cli.Piped seen = Cli.piped(china(), "preprocess", "-", "-");
        assertEquals(new Cli.Result(0, "", ""), seen.result());
        assertArrayEquals(Files.readAllBytes(file), seen.bytes());
        Cli.Result drawn = Cli.run((Object[]) words("explain --model MODEL --backend vector " + picture + " " + file));
        Cli.Piped map = Cli.piped(china(), (Object[]) words("explain --model MODEL --backend vector - -"));
        assertEquals(new Cli.Result(0, "", "note: " + drawn.out()), map.result());
        assertArrayEquals(Files.readAllBytes(file), map.bytes());
    }

    @Test
    void tensorsGoThroughPipes() throws Exception {
        byte[] input = Files.readAllBytes(Cli.toy("expected.safetensors"));
        Path file = folder.resolve("out.safetensors");
        String line = "forward --model MODEL --backend vector --tensor x32.input --input ";
        assertEquals(
                0,
                Cli.run((Object[]) words(line + Cli.toy("expected.safetensors") + " --output " + file))
                        .code());
        Cli.Piped piped = Cli.piped(input, (Object[]) words(line + "- --output -"));
        assertEquals(new Cli.Result(0, "", ""), piped.result());
        assertArrayEquals(Files.readAllBytes(file), piped.bytes());
    }

    @Test
    void aQueryComesFromStandardInput() throws Exception {
        Cli.Result hits = Cli.piped(
                        china(), (Object[]) words("similar --json --model MODEL - FLOWER " + Cli.image("china.jpg")))
                .result();
        assertEquals(
                Cli.image("china.jpg").toString(),
                hits.json().path("similar").path(0).path("image").asText());
    }

    @Test
    void aListOfPicturesComesFromAFileOrStandardInput() throws Exception {
        Path blank = Files.copy(Cli.image("china.jpg"), folder.resolve("my picture.jpg"));
        String names = blank + "\n\n" + Cli.image("china.timm224.png") + "\n" + folder.resolve("none.jpg") + "\n";
        Path list = Files.writeString(folder.resolve("list"), names);
        List<Object> words = List.of((Object[]) words("classify --model MODEL --json --top 1 FLOWER --files-from"));
        Cli.Result named = Cli.run(with(words, list));
        Cli.Result piped = Cli.piped(names.getBytes(StandardCharsets.UTF_8), with(words, "-"))
                .result();
        for (Cli.Result result : List.of(named, piped)) {
            assertEquals(1, result.code());
            assertTrue(
                    result.complaint().startsWith("convnext classify: " + folder.resolve("none.jpg") + ": does not"),
                    result.err());
            List<String> lines = result.out().lines().toList();
            assertEquals(3, lines.size());
            assertTrue(lines.get(0).contains("flower.jpg") && lines.get(1).contains("my picture.jpg"), result.out());
        }
        Cli.Result twice = Cli.run("classify", "--files-from", "-", "-");
        assertEquals(2, twice.code());
        assertTrue(twice.complaint().contains("cannot be both a picture and the list"), twice.err());
        Cli.Result none = Cli.run("classify", "--files-from", folder.resolve("no list"));
        assertEquals(1, none.code());
        assertTrue(none.complaint().contains("no list: the list of pictures cannot be read"), none.err());
    }

    private static Object[] with(List<Object> words, Object last) {
        List<Object> all = new ArrayList<>(words);
        all.add(last);
        return all.toArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "embed --model MODEL --npy - FLOWER",
                "embed --model MODEL --jsonl - --resume FLOWER",
                "evaluate --model MODEL --data d --plot -",
                "demo --out -",
            })
    void whatCannotBeAStreamIsRefused(String line) {
        Cli.Piped refused = Cli.piped(new byte[0], (Object[]) words(line));
        assertEquals(2, refused.result().code(), refused.result().err());
        assertTrue(
                refused.result().complaint().contains("standard output"),
                refused.result().err());
        assertEquals(0, refused.bytes().length);
        assertFalse(Files.exists(Path.of("-")));
        assertFalse(Files.exists(Path.of("-.jsonl")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "classify -",
                "classify --files-from -",
                "classify --model MODEL --csv - -",
                "embed --model MODEL --csv - -",
                "similar --model MODEL - FLOWER",
                "similar --model MODEL FLOWER -",
                "explain --model MODEL - out.png",
                "preprocess - out.png",
                "forward --model MODEL --input - --tensor t --output o.safetensors",
                "explain --model MODEL FLOWER -",
                "preprocess FLOWER -",
                "forward --model MODEL --input i --tensor t --output -",
            })
    void nobodyHasToTypeAPictureOrIsShownBytes(String line) {
        InputStream never = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("reads from a terminal");
            }

            @Override
            public int read(byte[] bytes, int from, int count) {
                return read();
            }
        };
        StandardStreams terminal = new StandardStreams(never, OutputStream.nullOutputStream(), () -> true, () -> true);
        Cli.Result refused = Cli.run(terminal, (Object[]) words(line));
        assertEquals(2, refused.code(), refused.err());
        assertTrue(refused.complaint().contains("which is a terminal"), refused.err());
    }

    /** A terminal that the command script makes. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aTerminalIsToldFromAPipe() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "util-linux's script");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "preprocess",
                Cli.image("china.jpg").toString(),
                "-");
        Process shown = new ProcessBuilder("/usr/bin/script", "-qec", Shell.line(command), "/dev/null")
                .redirectErrorStream(true)
                .start();
        String text = new String(shown.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, shown.waitFor(), text);
        assertTrue(text.contains("- is standard output, which is a terminal"), text);
        Process piped = new ProcessBuilder(command).start();
        assertTrue(
                new String(piped.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).startsWith("\u0089PNG"));
        assertEquals(0, piped.waitFor());
    }

    /** Text is what a terminal is for; a name that would steer it is shown instead. */
    @Test
    void recordsMayBeShown() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        StandardStreams terminal = new StandardStreams(InputStream.nullInputStream(), shown, () -> true, () -> true);
        Path odd = Files.copy(Cli.image("china.jpg"), folder.resolve("a\u009b2J.jpg"));
        assertEquals(
                0,
                Cli.run(terminal, (Object[]) words("classify --model MODEL --jsonl - " + odd))
                        .code());
        String line = shown.toString(StandardCharsets.UTF_8);
        assertTrue(line.contains("a\\u009b2J.jpg"), line);
        assertEquals(
                odd.toString(), new ObjectMapper().readTree(line).path("image").asText());
    }
}
