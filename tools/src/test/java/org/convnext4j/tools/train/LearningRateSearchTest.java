package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.convnext4j.tools.Cli;
import org.convnext4j.tools.Main;
import org.convnext4j.tools.output.Progress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --find-lr}: a curve, a suggestion that can be copied, and no run. */
@Tag("slow")
class LearningRateSearchTest {
    private static final int DEADLINE_SECONDS = 120;
    private static final int SUGGESTED = 0xd98032;

    @TempDir
    private Path temp;

    private List<String> words(Path data, Path run, String... more) {
        List<String> words = new ArrayList<>(List.of("train", "--data", data.toString(), "--out", run.toString()));
        words.addAll(List.of("--depths", "1,1,1,1", "--dims", "8,8,16,16", "--patch", "2", "--batch", "12"));
        words.addAll(List.of("--threads", "2", "--epochs", "6", "--set", "augmentation.pictureSize=16"));
        words.addAll(List.of("--set", "augmentation.padding=1", "--set", "augmentation.flip=0"));
        words.addAll(List.of("--set", "schedule.warmupEpochs=1", "--set", "optimizer.referenceBatch=0"));
        words.addAll(List.of(more));
        return words;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theSuggestedCommandTrains() throws IOException {
        Path data = TinyIdx.write(temp.resolve("data"), 60, 30);
        Path run = temp.resolve("run");
        List<String> words = words(data, run, "--find-lr", "--lr", "0.5");
        Cli.Result result = Cli.run(words.toArray());
        assertEquals(0, result.code(), result.err());
        assertEquals(List.of("lr-finder.csv", "lr-finder.png"), names(run));
        List<String> lines = Files.readAllLines(run.resolve("lr-finder.csv"));
        assertEquals("learning_rate,loss,smoothed_loss", lines.get(0));
        assertTrue(lines.get(1).startsWith("1.0E-7,1."), lines.get(1));
        BufferedImage plot = ImageIO.read(run.resolve("lr-finder.png").toFile());
        assertNotNull(plot);
        assertTrue(columnsOf(SUGGESTED, plot) > 0, "the suggestion is marked");

        List<String> out = result.out().lines().toList();
        String command = out.stream()
                .filter(line -> line.startsWith("  convnext train "))
                .findFirst()
                .orElseThrow();
        List<String> copied = List.of(command.strip().split(" ", -1));
        assertEquals(
                words.size() - 1 + 1, copied.size(), "--find-lr is gone, convnext is before, and --lr is replaced");
        double rate = Double.parseDouble(copied.get(copied.size() - 1));
        assertTrue(rate > 1e-4 && rate < 0.1, command);
        Cli.Result trained = Cli.run(copied.subList(1, copied.size()).toArray());
        assertEquals(0, trained.code(), trained.err());
        Cli.Result measured =
                Cli.run("evaluate", "--model", run.resolve("model.safetensors"), "--data", data, "--json");
        assertTrue(measured.json().path("top1").asDouble() > 0.9, measured.out());
    }

    private static int columnsOf(int color, BufferedImage plot) {
        int columns = 0;
        for (int x = 0; x < plot.getWidth(); x++) {
            int dots = 0;
            for (int y = 0; y < plot.getHeight(); y++) {
                dots += (plot.getRGB(x, y) & 0xffffff) == color ? 1 : 0;
            }
            columns += dots > plot.getHeight() / 2 ? 1 : 0;
        }
        return columns;
    }

    @Test
    void theCommandIsGivenBackWithoutTheOldRate() {
        assertEquals(
                "convnext train --data 'my pictures' --set a.b=1 --out run --lr 0.01",
                LearningRateSearch.command(
                        List.of(
                                "train",
                                "--data",
                                "my pictures",
                                "--set",
                                "learningRate=5",
                                "--find-lr",
                                "--lr=3",
                                "--set=optimizer.learningRate=7",
                                "--set",
                                "a.b=1",
                                "--lr",
                                "2",
                                "--out",
                                "run"),
                        "0.01"));
    }

    @Test
    void aRunThatIsBegunIsNotSearched() {
        Cli.Result result = Cli.run("train", "--data", temp, "--out", temp.resolve("run"), "--find-lr", "--resume");
        assertEquals(2, result.code());
        assertTrue(result.complaint().contains("leave --resume out"), result.err());
    }

    /** In a process of its own, with a step that takes a second or more. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    @Timeout(3 * DEADLINE_SECONDS)
    void aSignalEndsItAndLeavesNothing() throws IOException, InterruptedException {
        Path data = TinyIdx.write(temp.resolve("data"), 6000, 30);
        Path run = temp.resolve("run");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + Progress.TERMINAL_PROPERTY + "=true",
                "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path")),
                Main.class.getName()));
        command.addAll(words(data, run, "--set", "batch.accumulation=500", "--find-lr"));
        Process process = new ProcessBuilder(command).start();
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf("rate 1e-7") < 0) {
                int c = err.read();
                assertTrue(c >= 0, seen::toString);
                seen.append((char) c);
            }
            process.toHandle().destroy(); // unlike Process.destroy, it leaves the streams open
            String rest = String.join("\n", err.lines().toList());
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
            assertEquals(128 + 15, process.exitValue());
            assertTrue(rest.contains("note: stopped; nothing is written"), rest);
            assertTrue(Files.notExists(run));
        } finally {
            process.destroyForcibly();
        }
    }
}
