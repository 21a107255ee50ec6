package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.convnext4j.tools.train.StoppedTrainingTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands over many pictures, in processes of their own, that Ctrl-C or a service manager asks to stop. */
@EnabledOnOs(OS.LINUX)
@Tag("slow")
class StoppedCommandsTest {
    private static final int PICTURES = 2000;
    private static final int DEADLINE_SECONDS = 120;

    @TempDir
    private Path folder;

    private Path pictures;

    @BeforeEach
    void lay() throws IOException {
        // A blank, so that what is to be copied needs quotes.
        pictures = Files.createDirectories(folder.resolve("my pictures/val/a"));
        Path picture = Files.copy(Cli.image("china.jpg"), folder.resolve("china.jpg"));
        for (int i = 0; i < PICTURES; i++) {
            Files.createLink(pictures.resolve(10_000 + i + ".jpg"), picture);
        }
    }

    private Process start(Object... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("err").toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    private String stop(Process process, String signal, int number) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
        assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
        String notes = Files.readString(folder.resolve("err"));
        assertEquals(128 + number, process.exitValue(), notes);
        return notes.lines()
                .filter(line -> line.startsWith("note: stopped"))
                .findFirst()
                .orElse(notes);
    }

    private static void waitUntil(Process process, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.holds() && process.isAlive() && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertTrue(process.isAlive(), "it has ended already");
        assertTrue(condition.holds(), "it does not begin");
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static boolean hasContent(Path file) throws IOException {
        return Files.exists(file) && Files.size(file) > 0;
    }

    @ParameterizedTest
    @CsvSource({"INT, 2, classify, --csv", "TERM, 15, embed, --npy"})
    void aRunIntoAFileTellsTheCommandThatGoesOn(String signal, int number, String command, String option)
            throws Exception {
        assumeFalse(StoppedTrainingTest.isIgnoredHere(number), "the tests themselves ignore " + signal);
        Path results = folder.resolve("results");
        Process process = start(
                command,
                "--model",
                Cli.toy("timm.safetensors"),
                "--backend",
                "scalar",
                "--batch",
                4,
                option,
                results,
                "--",
                pictures);
        Path lines = option.equals("--npy") ? folder.resolve("results.jsonl") : results;
        // More than the line of column names.
        waitUntil(process, () -> Files.exists(lines) && Files.size(lines) > 200);
        String note = stop(process, signal, number);
        String begin = "to go on: convnext " + command + " --resume --model ";
        assertTrue(note.contains(begin), note);
        String left = Files.readString(lines);
        assertTrue(left.endsWith("\n"), "whole records");
        long header = option.equals("--csv") ? 1 : 0;
        long done = left.lines().count() - header;
        assertTrue(done > 0 && done < PICTURES && done % 4 == 0, done + " pictures in batches of four");
        assertTrue(note.contains("stopped after " + done + " pictures;"), note);

        // What a shell makes of it goes on; a few pictures are enough to see.
        try (Stream<Path> all = Files.list(pictures)) {
            for (Path picture : all.sorted().skip(done + 2).toList()) {
                Files.delete(picture);
            }
        }
        String line = note.substring(note.indexOf("convnext ") + "convnext ".length());
        Process shell = new ProcessBuilder("sh", "-c", "for word in " + line + "; do echo \"$word\"; done").start();
        String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Cli.Result again = Cli.run(words.lines().toArray());
        assertEquals(0, again.code(), again.err());
        assertEquals("note: 2 pictures done, " + done + " were there, 0 could not be used", again.complaint());
        assertEquals(done + 2 + header, Files.readAllLines(lines).size());
    }

    @ParameterizedTest
    @CsvSource({
        "classify --model MODEL --backend scalar FOLDER, OUTPUT",
        "classify --model MODEL --backend scalar --batch 1 --jsonl - FOLDER, OUTPUT",
        "similar --model MODEL --backend scalar PICTURE FOLDER, convnext4j-pict",
        "evaluate --model MODEL --backend scalar --allow-missing --data DATA, convnext4j-data"
    })
    void theOthersSayThatNothingIsKept(String command, String sign) throws Exception {
        assumeFalse(StoppedTrainingTest.isIgnoredHere(2), "the tests themselves ignore INT");
        List<Object> words = new ArrayList<>();
        for (String word : command.split(" ", -1)) {
            words.add(
                    switch (word) {
                        case "MODEL" -> model();
                        case "FOLDER" -> pictures;
                        case "PICTURE" -> folder.resolve("china.jpg");
                        case "DATA" -> folder.resolve("my pictures");
                        default -> word;
                    });
        }
        Process process = start(words.toArray());
        waitUntil(process, () -> sign.equals("OUTPUT") ? hasContent(folder.resolve("out")) : hasThread(process, sign));
        String note = stop(process, "INT", 2);
        assertTrue(note.startsWith("note: stopped"), note);
        assertFalse(note.contains("to go on: "), note);
    }

    /** With a class of the folder's name. */
    private Path model() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.copy(Cli.toy("timm.safetensors"), model.resolve("model.safetensors"));
        Files.writeString(
                model.resolve("config.json"),
                "{\"architecture\":\"convnext_tiny\",\"num_classes\":10,\"model_args\":{\"depths\":[1,2,3,1],"
                        + "\"dims\":[16,24,40,72]},\"label_names\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\","
                        + "\"i\",\"j\"]}");
        return model;
    }

    /** Linux knows the first fifteen letters of threads' names. */
    private static boolean hasThread(Process process, String name) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : tasks.toList()) {
                Path comm = task.resolve("comm");
                if (Files.exists(comm) && Files.readString(comm).startsWith(name)) {
                    return true;
                }
            }
            return false;
        }
    }
}
