package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.convnext4j.model.train.CheckpointStore;
import org.convnext4j.tools.Cli;
import org.convnext4j.tools.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run in a process of its own that Ctrl-C or a service manager asks to stop. */
@DisabledOnOs(OS.WINDOWS)
@Tag("slow")
public class StoppedTrainingTest {
    private static final int DEADLINE_SECONDS = 120;

    /** More epochs than any machine gets through before the signal comes. */
    private static final int EPOCHS = 1_000_000;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource({"INT, 2", "TERM, 15"})
    @Timeout(3 * DEADLINE_SECONDS)
    void endsWithACheckpointAndItsCurves(String signal, int number) throws IOException, InterruptedException {
        assumeFalse(isIgnoredHere(number), "a shell that began the tests in the background has them ignore " + signal);
        Path data = TinyIdx.write(temp.resolve("data"), 60, 30);
        Path run = temp.resolve("run");
        Process process = start(data, run);
        try (BufferedReader out = inItsSecondEpoch(process)) {
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-" + signal, "" + process.pid())
                            .start()
                            .waitFor());
            List<String> rest = out.lines().toList();
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
            assertEquals(128 + number, process.exitValue());
            long step = CheckpointStore.latest(run.resolve("checkpoints"))
                    .checkpoint()
                    .orElseThrow()
                    .state()
                    .step();
            assertEquals(
                    "stopped after step " + step + "; the same command goes on from there", rest.get(rest.size() - 1));
            assertTrue(step >= 10, "two epochs of five steps, not " + step);
            assertNotNull(ImageIO.read(run.resolve("curves.png").toFile()));
            // What is said of the best so far is what the file has.
            String best = rest.stream()
                    .filter(word -> word.startsWith("  best "))
                    .findFirst()
                    .orElseThrow();
            Path model = run.resolve("model.safetensors");
            double top1 = Cli.run("evaluate", "--model", model, "--data", data, "--json")
                    .json()
                    .path("top1")
                    .asDouble();
            assertTrue(
                    best.contains(String.format(Locale.ROOT, ", top-1 %.2f %%, ", 100 * top1))
                            && best.endsWith("in " + model),
                    best);
            assertTrue(Files.exists(run.resolve("last.safetensors")));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Who reads the log of a run and goes away does not cost the run what it has learned. */
    @Test
    @Timeout(3 * DEADLINE_SECONDS)
    void endsWithACheckpointWhenNobodyReadsItsLines() throws IOException, InterruptedException {
        Path run = temp.resolve("run");
        Process process = start(TinyIdx.write(temp.resolve("data"), 60, 30), run);
        try {
            inItsSecondEpoch(process).close();
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
            assertEquals(141, process.exitValue(), errors());
            assertTrue(CheckpointStore.latest(run.resolve("checkpoints"))
                            .checkpoint()
                            .orElseThrow()
                            .state()
                            .step()
                    >= 10);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(Path data, Path run) throws IOException {
        return new ProcessBuilder(command(data, run))
                .redirectError(temp.resolve("errors.txt").toFile())
                .start();
    }

    private String errors() throws IOException {
        return Files.readString(temp.resolve("errors.txt"));
    }

    /** What it prints from there on. */
    private BufferedReader inItsSecondEpoch(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        while (line != null && !line.startsWith("epoch 2 ")) {
            line = out.readLine();
        }
        assertNotNull(line, errors());
        return out;
    }

    private static List<String> command(Path data, Path run) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path")),
                Main.class.getName(),
                "train",
                "--data",
                data.toString(),
                "--out",
                run.toString(),
                "--depths",
                "1,1,1,1",
                "--dims",
                "8,8,16,16",
                "--patch",
                "2",
                "--batch",
                "12",
                "--threads",
                "1",
                "--epochs",
                "" + EPOCHS,
                "--set",
                "augmentation.pictureSize=16",
                "--set",
                "augmentation.padding=1");
    }

    /** Linux says so; processes inherit it, and Java then leaves the signal alone. */
    public static boolean isIgnoredHere(int number) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0");
        long mask = Long.parseUnsignedLong(
                ignored.substring(ignored.indexOf(':') + 1).strip(), 16);
        return (mask >> (number - 1) & 1) == 1;
    }
}
