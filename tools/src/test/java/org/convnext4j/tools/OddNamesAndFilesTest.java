package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of files that are hard to write down, places that cannot be written, and processes that are told to end. */
@Tag("slow")
class OddNamesAndFilesTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path folder;

    private Path pictures;
    private Path results;

    @BeforeEach
    void lay() throws IOException {
        pictures = Files.createDirectories(folder.resolve("pictures"));
        results = folder.resolve("results");
    }

    private static Cli.Result classify(Object... rest) {
        List<Object> words =
                new ArrayList<>(List.of("classify", "--model", Cli.toy("timm.safetensors"), "--backend", "scalar"));
        words.addAll(List.of(rest));
        return Cli.run(words.toArray());
    }

    private static Process start(String locale, Path err, Object... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("LC_ALL", locale);
        return builder.start();
    }

    private static int end(Process process) throws InterruptedException {
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        return process.exitValue();
    }

    /** Makes two pictures whose names are not UTF-8 and differ in a byte, and two that are and have the same letters. */
    private void layOddNames() throws IOException, InterruptedException {
        String commands = "cd '" + pictures + "' && for name in \"$(printf 'a\\344')\" \"$(printf 'a\\366')\""
                + " \"$(printf 'a\\303\\204')\" \"$(printf 'a\\303\\226')\" plain; do cp '" + Cli.image("china.jpg")
                + "' \"$name.jpg\" || exit 1; done";
        assumeTrue(end(new ProcessBuilder("sh", "-c", commands).start()) == 0, "a file system with any bytes in names");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void filesThatCannotBeToldApartAreEachAFailure() throws Exception {
        layOddNames();
        Path err = folder.resolve("err");
        for (String locale : List.of("C", "C.UTF-8")) {
            Path file = folder.resolve(locale);
            Object[] args = {
                "classify", "--model", Cli.toy("timm.safetensors"), "--backend", "scalar", "--jsonl", file, pictures
            };
            assertEquals(1, end(start(locale, err, args)));
            boolean utf8 = locale.equals("C.UTF-8");
            String notes = Files.readString(err, StandardCharsets.ISO_8859_1);
            int bad = utf8 ? 2 : 4;
            assertTrue(
                    notes.contains(
                            "note: " + (utf8 ? "3 pictures" : "1 picture") + " done, " + bad + " could not be used"),
                    notes);
            assertTrue(notes.contains(pictures + ": the name of a%E4.jpg "), notes);
            assertTrue(notes.contains(pictures + ": the name of a%F6.jpg "), notes);
            assertEquals(!utf8, notes.contains("a%C3%84.jpg "), notes);
            assertEquals(!utf8, notes.contains("LC_ALL=C.UTF-8"), notes);
            String records = Files.readString(file);
            assertEquals(5 - bad, records.lines().count());
            assertFalse(records.contains("\uFFFD"), records);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aNameThatTheLocaleHasNotIsAnErrorWithTheMend() throws Exception {
        Path err = folder.resolve("err");
        for (String name : List.of("\u00c4.jpg", "\u00c4.pth")) {
            boolean model = name.endsWith("pth");
            Object[] args = {
                "classify", "--model", model ? name : Cli.toy("timm.safetensors"), model ? Cli.image("china.jpg") : name
            };
            // This process must be able to name it.
            assumeTrue(System.getProperty("sun.jnu.encoding", "").equals("UTF-8"));
            assertTrue(end(start("C", err, args)) > 0);
            String notes = Files.readString(err, StandardCharsets.ISO_8859_1);
            assertTrue(notes.contains("LC_ALL=C.UTF-8"), notes);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void namesWithLineFeedsCommasAndQuotesAreOneRecordEach() throws IOException {
        for (String name : List.of("a\nb", "a,b", "a\"b", "a\r\nb", " a\"\n\",")) {
            Files.copy(Cli.image("china.jpg"), pictures.resolve(name + ".jpg"));
        }
        for (String option : List.of("--jsonl", "--csv")) {
            Path file = folder.resolve(option.substring(2));
            assertEquals(0, classify(option, file, pictures).code());
            byte[] whole = Files.readAllBytes(file);
            Cli.Result again = classify(option, file, "--resume", pictures);
            assertEquals("note: 0 pictures done, 5 were there, 0 could not be used", again.complaint());
            for (int cut = whole.length - 1; cut > 0; cut -= whole.length / 7) {
                Files.write(file, Arrays.copyOf(whole, cut));
                assertEquals(0, classify(option, file, "--resume", pictures).code());
                assertArrayEquals(whole, Files.readAllBytes(file), option + " cut at " + cut);
            }
        }
    }

    @Test
    void aFileOfAnotherKindIsNotCutOff() throws IOException {
        Files.copy(Cli.image("china.jpg"), pictures.resolve("a.jpg"));
        for (String option : List.of("--jsonl", "--csv")) {
            Path file = Files.writeString(results, "my notes without an end of line");
            Cli.Result refused = classify(option, file, "--resume", pictures);
            assertEquals(1, refused.code());
            assertTrue(refused.complaint().contains(file + ": is no file of results"), refused.err());
            assertEquals("my notes without an end of line", Files.readString(file));
        }
    }

    @Test
    void placesThatCannotBeWrittenAreOneClearError() throws IOException {
        Files.copy(Cli.image("china.jpg"), pictures.resolve("a.jpg"));
        for (String option : List.of("--jsonl", "--csv")) {
            Cli.Result refused = classify(option, folder, pictures);
            assertEquals(1, refused.code());
            assertTrue(
                    refused.complaint().contains(folder + ": cannot be written: it is a folder; name a file in it"),
                    refused.err());
        }
        Path full = Path.of("/dev/full");
        if (Files.exists(full)) {
            for (String option : List.of("--jsonl", "--csv")) {
                Cli.Result refused = classify(option, full, pictures);
                assertEquals(1, refused.code());
                assertTrue(
                        refused.complaint().contains(full + ": cannot be written; is the disk full?"), refused.err());
            }
            Cli.Result vectors = Cli.run("embed", "--model", Cli.toy("timm.safetensors"), "--npy", full, pictures);
            assertEquals(1, vectors.code());
            assertTrue(vectors.complaint().contains("/dev/full: is no regular file"), vectors.err());
            assertFalse(Files.exists(Path.of("/dev/full.jsonl")), "nothing of a run that cannot begin is left");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeIsRefusedBeforeAnythingIsComputed() throws Exception {
        Files.copy(Cli.image("china.jpg"), pictures.resolve("a.jpg"));
        assumeTrue(end(new ProcessBuilder("mkfifo", results.toString()).start()) == 0);
        for (String option : List.of("--jsonl", "--csv")) {
            for (String resume : List.of("", "--resume")) {
                Cli.Result refused = resume.isEmpty()
                        ? classify(option, results, pictures)
                        : classify(option, results, resume, pictures);
                assertEquals(1, refused.code());
                assertTrue(refused.complaint().contains(results + ": is no regular file"), refused.err());
            }
        }
    }

    /** What a terminal would obey is shown, whether it comes from a file's name, a label, a tensor or an argument. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void controlCharactersNeverReachTheTerminal() throws IOException {
        Path odd = Files.copy(Cli.image("china.jpg"), pictures.resolve("a\u001b[31m\nb.jpg"));
        Path model = Files.createDirectories(folder.resolve("model\u001b]0;x\u0007"));
        Files.copy(Cli.toy("timm.safetensors"), model.resolve("model.safetensors"));
        Files.writeString(
                model.resolve("config.json"),
                "{\"architecture\":\"convnext_tiny\",\"num_classes\":10,\"model_args\":{\"depths\":[1,2,3,1],"
                        + "\"dims\":[16,24,40,72]},\"label_names\":[\"\\u001b[31m\\n\",\"b\",\"\\u009b2J\",\"d\",\"e\","
                        + "\"f\",\"g\",\"h\",\"i\",\"j\\r\"]}");
        Path broken = Files.write(pictures.resolve("b\u001b[0m.jpg"), new byte[7]);
        List<Cli.Result> printed = List.of(
                Cli.run("classify", "--model", model, "--backend", "scalar", "--top", 10, odd, broken),
                Cli.run("classify", "--model", model, "--backend", "scalar", "--json", "--top", 10, odd),
                Cli.run("classify", "--model", model, "--no\u001b[1m", odd),
                Cli.run("classify", "--verbose", "--model", folder.resolve("none\u001b[2J"), odd),
                Cli.run("inspect", model));
        for (Cli.Result result : printed) {
            assertEquals(
                    -1,
                    (result.out() + result.err())
                            .chars()
                            .filter(c -> Character.isISOControl(c) && c != '\n' && c != '\t')
                            .findFirst()
                            .orElse(-1),
                    result.toString());
        }
        assertTrue(
                printed.get(0).out().contains("a\\u001b[31m\\u000ab.jpg"),
                printed.get(0).out());
        assertTrue(printed.get(0).out().contains("\\u009b2J"), printed.get(0).out());
        assertTrue(
                printed.get(0).err().contains("b\\u001b[0m.jpg"), printed.get(0).err());
        assertEquals(odd.toString(), printed.get(1).json().path("image").asText());
        assertTrue(
                printed.get(3).err().contains("none\\u001b[2J"), printed.get(3).err());
        assertTrue(
                printed.get(4).out().contains("model\\u001b]0;x\\u0007"),
                printed.get(4).out());
    }

    @Test
    void aPictureIsNotWrittenOverItself() throws IOException {
        Path picture = Files.copy(Cli.image("china.jpg"), folder.resolve("a.png"));
        Cli.Result refused = Cli.run("preprocess", picture, picture);
        assertEquals(1, refused.code());
        assertTrue(refused.complaint().contains(picture + ": is the picture itself"), refused.err());
        assertEquals(-1, Files.mismatch(picture, Cli.image("china.jpg")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "weights.safetensors",
                "weights.pth",
                "weights.PT",
                "pytorch_model.bin",
                "last.ckpt",
                "facebook/convnext-tiny-224",
                "convnext_tiny.fb_in1k",
                "timm/convnext_tiny.fb_in22k_ft_in1k@main"
            })
    void aModelAmongThePicturesMeansThatModelIsMissing(String name) {
        Cli.Result refused = Cli.run("classify", name, Cli.image("china.jpg"));
        assertEquals(2, refused.code());
        assertTrue(refused.complaint().contains("name it with --model " + name + ","), refused.err());
    }

    @Test
    void aFolderWithACheckpointMeansThatToo() throws IOException {
        Files.copy(Cli.toy("timm.safetensors"), folder.resolve("model.safetensors"));
        Cli.Result refused = Cli.run("classify", folder);
        assertEquals(2, refused.code());
        assertTrue(refused.complaint().contains("name it with --model " + folder), refused.err());
    }

    /** On the default kernels; a cut run that goes on, in other batches, ends with the same bytes. */
    @Test
    void runsIntoFilesGiveTheSameBytes() throws IOException {
        for (int i = 0; i < 7; i++) {
            Files.copy(Cli.image(i % 2 == 0 ? "china.jpg" : "flower.jpg"), pictures.resolve(i + ".jpg"));
        }
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Object model = Cli.toy("timm.safetensors");
        assertEquals(
                0,
                Cli.run("embed", "--model", model, "--jsonl", first, pictures).code());
        byte[] whole = Files.readAllBytes(first);
        Files.write(second, Arrays.copyOf(whole, whole.length / 2));
        assertEquals(
                0,
                Cli.run("embed", "--model", model, "--batch", 2, "--jsonl", second, "--resume", pictures)
                        .code());
        assertArrayEquals(whole, Files.readAllBytes(second));
    }

    /** What a process wrote to stderr, but for Java's word on the Vector API. */
    private static String notes(Path err) throws IOException {
        return Files.readString(err)
                .lines()
                .filter(line -> !line.startsWith("WARNING: Using incubator"))
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inspect MODEL",
                "help train",
                "doctor",
                "roadmap",
                "classify --model MODEL --csv - PICTURE",
                "preprocess PICTURE -"
            })
    @DisabledOnOs(OS.WINDOWS)
    void everyCommandHearsThatNobodyReads(String line) throws Exception {
        Path err = folder.resolve("err");
        String words = line.replace("MODEL", Cli.toy("timm.safetensors").toString())
                .replace("PICTURE", Cli.image("china.jpg").toString());
        Process process = start("C.UTF-8", err, (Object[]) words.split(" ", -1));
        process.getInputStream().close();
        assertEquals(141, end(process));
        assertEquals("", notes(err));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsAnError() throws Exception {
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "\"$@\" >/dev/full",
                        "sh",
                        JAVA,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "inspect",
                        Cli.toy("timm.safetensors").toString())
                .redirectError(err.toFile())
                .start();
        assertEquals(1, end(process));
        assertEquals("convnext: standard output cannot be written; is the disk full?", notes(err));
    }

    private Path linked() throws IOException {
        Path copy = folder.resolve("china.jpg");
        if (!Files.exists(copy)) {
            Files.copy(Cli.image("china.jpg"), copy);
        }
        return copy;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobodyReadingEndsTheRunQuietly() throws Exception {
        for (int i = 0; i < 3000; i++) {
            Files.createLink(pictures.resolve(10_000 + i + ".jpg"), linked());
        }
        Path err = folder.resolve("err");
        Process process = start(
                "C.UTF-8",
                err,
                "classify",
                "--json",
                "--model",
                Cli.toy("timm.safetensors"),
                "--backend",
                "scalar",
                pictures);
        try (InputStream out = process.getInputStream()) {
            assertTrue(out.read() >= 0);
        }
        long begin = System.nanoTime();
        assertEquals(141, end(process));
        assertEquals("", notes(err));
        assertTrue(System.nanoTime() - begin < TimeUnit.MINUTES.toNanos(5));
    }
}
