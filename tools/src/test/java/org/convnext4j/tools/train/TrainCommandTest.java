package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.convnext4j.model.train.LogRow;
import org.convnext4j.model.train.TrainingLog;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    private static final List<Object> SMALL = List.of(
            "--depths",
            "1,1,1,1",
            "--dims",
            "8,8,16,16",
            "--patch",
            2,
            "--batch",
            12,
            "--threads",
            2,
            "--set",
            "augmentation.pictureSize=16",
            "--set",
            "augmentation.flip=0",
            "--set",
            "augmentation.padding=1",
            "--set",
            "optimizer.referenceBatch=0",
            "--set",
            "schedule.warmupEpochs=1",
            "--set",
            "keep=9");

    @TempDir
    private Path temp;

    private Path data() throws IOException {
        return TinyIdx.write(temp.resolve("data"), 60, 30);
    }

    private static Cli.Result train(Path data, Path out, Object... rest) {
        List<Object> words = new ArrayList<>(List.of("train", "--data", data, "--out", out));
        words.addAll(SMALL);
        words.addAll(List.of(rest));
        return Cli.run(words.toArray());
    }

    @Test
    void whatIsTrainedCanBeEvaluatedAndClassifies() throws IOException {
        Path data = data();
        Path out = temp.resolve("run");
        Cli.Result result = train(data, out, "--epochs", 8, "--lr", "0.003");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.err().startsWith("note: for 60 pictures with sides of 16 pixels: preset fashion-mnist"));
        assertEquals(1, result.err().lines().count(), result.err());
        assertEquals(
                8,
                result.out().lines().filter(line -> line.startsWith("epoch ")).count(),
                result.out());
        assertNotNull(ImageIO.read(out.resolve("curves.png").toFile()));
        List<LogRow> rows = TrainingLog.read(out.resolve("log.csv"));
        assertEquals(40, rows.get(rows.size() - 1).step());

        Path model = out.resolve("model.safetensors");
        Path plot = temp.resolve("confusion.png");
        JsonNode json = Cli.run("evaluate", "--model", model, "--data", data, "--json", "--plot", plot)
                .json();
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        assertEquals(
                List.of("images", "top1", "top5", "loss", "macro", "classes", "confusion", "imagesPerSecond"), names);
        assertEquals(30, json.path("images").asInt());
        assertEquals(1, json.path("top5").asDouble(), "there are only three classes");
        LogRow.Validation best = rows.stream()
                .map(LogRow::validation)
                .max(Comparator.comparingDouble(LogRow.Validation::top1).thenComparingDouble(row -> -row.loss()))
                .orElseThrow();
        // The run measured the same weights on the same pictures, in other batches.
        assertEquals(best.top1(), json.path("top1").asDouble());
        assertEquals(best.loss(), json.path("loss").asDouble(), 1e-5);
        assertTrue(best.top1() > 0.9, "three plain patterns must be learnt: " + best);
        assertNotNull(ImageIO.read(plot.toFile()));

        Cli.Result table = Cli.run("evaluate", "--model", model, "--data", data, "--split", "train");
        assertEquals(0, table.code(), table.err());
        assertTrue(table.out().contains("above"), table.out());
        Cli.Result classified = Cli.run("classify", "--model", model, Cli.image("china.jpg"));
        assertEquals(0, classified.code(), classified.err());
        assertTrue(classified.out().contains("below"), classified.out());
    }

    /** Labels that mean nothing: validations go up and down, and the last is not the best. */
    @Test
    void theClosingLinesSayWhatIsInTheFiles() throws IOException {
        Path data = TinyIdx.writeNoise(temp.resolve("noise"), 48, 30);
        Path out = temp.resolve("a run");
        Cli.Result result = train(data, out, "--epochs", 9, "--lr", "0.01", "--seed", 1, "--set", "ema.decay=0.9");
        assertEquals(0, result.code(), result.err());
        String best = line(result, "  best ");
        String last = line(result, "  last ");
        assertNotEquals(epoch(best), epoch(last), "the test wants a run whose last epoch is not the best");
        for (String name : List.of("model", "last")) {
            Path file = out.resolve(name + ".safetensors");
            JsonNode json = Cli.run("evaluate", "--model", file, "--data", data, "--json")
                    .json();
            String figures = String.format(
                    Locale.ROOT,
                    "top-1 %.2f %%, validation loss %.4f, in %s",
                    100 * json.path("top1").asDouble(),
                    json.path("loss").asDouble(),
                    file);
            String line = name.equals("model") ? best : last;
            assertTrue(line.contains(figures), line + ", but " + figures);
        }
        assertTrue(line(result, "epoch " + epoch(best) + " of 9: ").contains(" (best)"), result.out());
        assertTrue(
                line(result, "  measure ")
                        .endsWith("convnext evaluate --model '" + out + "/model.safetensors' --data " + data),
                result.out());
        assertTrue(
                line(result, "  go on ")
                        .endsWith("convnext train --data " + data + " --out '" + out + "' --resume --epochs 18"),
                result.out());
        assertTrue(line(result, "  made ").contains("9 of 9 epochs, 36 steps, in "), result.out());
        assertTrue(line(result, "  gradients ").contains("at most "), result.out());

        // The command that was offered, word by word.
        Cli.Result longer = Cli.run("train", "--data", data, "--out", out, "--resume", "--epochs", 12, "--threads", 2);
        assertEquals(0, longer.code(), longer.err());
        assertTrue(longer.err().startsWith("note: the run was begun for 9 epochs and now makes 12, "), longer.err());
        assertTrue(longer.out().contains("epoch 12 of 12: training loss "), longer.out());
        Cli.Result shorter = Cli.run("train", "--data", data, "--out", out, "--resume", "--epochs", 5);
        assertEquals(1, shorter.code());
        assertTrue(shorter.complaint().contains("12 epochs done, so it cannot become a run of 5"), shorter.err());
    }

    private static String line(Cli.Result result, String start) {
        return result.out()
                .lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line \"" + start + "\" in\n" + result.out()));
    }

    private static String epoch(String line) {
        return line.replaceAll(".* epoch (\\d+),.*", "$1");
    }

    @Test
    void aRunWithoutValidationTellsOfEachEpochToo() throws IOException {
        Path data = data();
        Files.delete(data.resolve("t10k-images-idx3-ubyte"));
        Files.delete(data.resolve("t10k-labels-idx1-ubyte"));
        Path out = temp.resolve("run");
        Cli.Result result = train(data, out, "--epochs", 3);
        assertEquals(0, result.code(), result.err());
        List<String> epochs =
                result.out().lines().filter(line -> line.startsWith("epoch ")).toList();
        assertEquals(3, epochs.size());
        assertTrue(
                epochs.get(2).matches("epoch 3 of 3: training loss \\d\\.\\d{4}, \\d+\\.\\d s, \\S+ images/s"),
                epochs.get(2));
        assertTrue(
                line(result, "  last ").contains("not validated, in " + out.resolve("model.safetensors")),
                result.out());
        assertTrue(Files.notExists(out.resolve("last.safetensors")));
        assertNotNull(ImageIO.read(out.resolve("curves.png").toFile()));
        Cli.Result patient = train(data, temp.resolve("other"), "--epochs", 3, "--patience", 2);
        assertEquals(1, patient.code());
        assertTrue(
                patient.err().contains("schedule.patience (--patience) is 2, but there are no validation pictures"),
                patient.err());
    }

    @Test
    void patienceAndBalanceAreOptions() throws IOException {
        Path data = TinyIdx.writeNoise(temp.resolve("noise"), 48, 30);
        Path out = temp.resolve("run");
        Cli.Result result = train(data, out, "--epochs", 60, "--lr", "0.01", "--patience", 2, "--balance", "sampling");
        assertEquals(0, result.code(), result.err());
        int best = Integer.parseInt(epoch(line(result, "  best ")));
        assertTrue(line(result, "  made ").contains(best + 2 + " of 60 epochs, "), result.out());
        assertTrue(line(result, "  made ").endsWith("; ended early, because 2 epochs were no better"), result.out());
        assertTrue(line(result, "  go on ").endsWith(" --resume --patience 4"), result.out());
        JsonNode config = new ObjectMapper()
                .readTree(out.resolve("checkpoints/step-" + String.format("%07d", 4 * (best + 2)) + "/training.json")
                        .toFile())
                .at("/state/config");
        assertEquals("sampling", config.at("/batch/balance").asText());
        assertEquals(2, config.at("/schedule/patience").asInt());
        Object[] place = {"train", "--data", data, "--out", out, "--preset", "fashion-mnist"};
        assertUsage("--balance cannot be even; there are none, sampling, loss", with(place, "--balance", "even"));
        assertUsage("-1 is below 0", with(place, "--patience", "-1"));
    }

    @Test
    void theSameCommandGoesOnWhereTheRunEnded() throws IOException {
        Path data = data();
        Path whole = temp.resolve("whole");
        assertEquals(
                0, train(data, whole, "--epochs", 2, "--set", "everySteps=3").code());
        Path cut = temp.resolve("cut");
        assertEquals(0, train(data, cut, "--epochs", 2, "--set", "everySteps=3").code());
        // As if it had been killed after its first checkpoint, in the middle of an epoch.
        Files.delete(cut.resolve("model.safetensors"));
        try (var folders = Files.list(cut.resolve("checkpoints"))) {
            for (Path folder : folders.filter(
                            path -> path.getFileName().toString().startsWith("step-"))
                    .filter(path -> !path.endsWith("step-0000003"))
                    .toList()) {
                try (var files = Files.list(folder)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(folder);
            }
        }
        Cli.Result resumed = Cli.run("train", "--data", data, "--out", cut, "--resume", "--threads", 1);
        assertEquals(0, resumed.code(), resumed.err());
        assertTrue(resumed.out().contains("going on from " + cut), resumed.out());
        assertArrayEquals(
                Files.readAllBytes(whole.resolve("model.safetensors")),
                Files.readAllBytes(cut.resolve("model.safetensors")));
        Cli.Result again = train(data, cut, "--epochs", 2, "--set", "everySteps=3");
        assertEquals(0, again.code(), again.err());
        assertTrue(again.out().contains("going on from " + cut.resolve("checkpoints")), again.out());
        Cli.Result other = train(data, cut, "--epochs", 3);
        assertEquals(1, other.code());
        assertTrue(other.err().contains("schedule.epochs: 2 -> 3"), other.err());
    }

    @Test
    void resumingSaysWhyNoCheckpointCanBeUsed() throws IOException {
        Path data = data();
        Path out = temp.resolve("run");
        assertEquals(0, train(data, out, "--epochs", 1).code());
        Path checkpoint = out.resolve("checkpoints/step-0000005");
        String deep = "{\"a\":".repeat(1000) + "1" + "}".repeat(1000);
        for (String bad : List.of("", "[1, 2]", deep)) {
            Path state = checkpoint.resolve("training.json");
            byte[] whole = Files.readAllBytes(state);
            Files.writeString(state, bad);
            assertNothingToGoOnFrom(state, data, out);
            Files.write(state, whole);
        }
        Path optimizer = checkpoint.resolve("optimizer.safetensors");
        byte[] moments = Files.readAllBytes(optimizer);
        Files.delete(optimizer);
        assertNothingToGoOnFrom(optimizer, data, out);
        Files.write(optimizer, moments);
        Path weights = checkpoint.resolve("weights.safetensors");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 100));
        assertNothingToGoOnFrom(weights, data, out);
    }

    private static void assertNothingToGoOnFrom(Path broken, Path data, Path out) {
        Cli.Result result = Cli.run("train", "--data", data, "--out", out, "--resume");
        assertEquals(1, result.code());
        String complaint = result.complaint();
        assertTrue(complaint.contains("no checkpoint can be used (" + broken + ": "), complaint);
    }

    @Test
    void fineTuningTakesOneCommand() throws IOException {
        Path data = data();
        Path out = temp.resolve("tuned");
        Cli.Result result = Cli.run(
                "train",
                "--data",
                data,
                "--out",
                out,
                "--model",
                Cli.toy("facebook.safetensors"),
                "--epochs",
                1,
                "--set",
                "augmentation.pictureSize=32",
                "--set",
                "batch.size=20",
                "--threads",
                2);
        assertEquals(0, result.code(), result.err());
        JsonNode json = Cli.run("evaluate", "--model", out.resolve("model.safetensors"), "--data", data, "--json")
                .json();
        assertEquals(30, json.path("images").asInt());
    }

    @Test
    void wrongUsageIsExplained() throws IOException {
        Path data = data();
        Path out = temp.resolve("run");
        Object[] place = {"train", "--data", data, "--out", out};
        assertUsage("nothing to train is named", place);
        assertUsage("--dims belong together", with(place, "--depths", "1,1,1,1"));
        assertUsage(
                "'1,1,1': expected 4 numbers, such as 2,2,4,2", with(place, "--depths", "1,1,1", "--dims", "8,8,8,8"));
        assertUsage("did you mean fine-tune?", with(place, "--preset", "finetune"));
        assertUsage("--model names a network", with(place, "--model", "x.pth", "--variant", "tiny"));
        Object[] preset = with(place, "--preset", "fashion-mnist");
        assertUsage("did you mean schedule.epochs? train --list-settings", with(preset, "--set", "epoch=3"));
        assertUsage("did you mean optimizer.learningRate?", with(preset, "--set", "lr=1e-3"));
        assertUsage("schedule.epochs must be a whole number", with(preset, "--set", "schedule.epochs=many"));
        assertUsage("batch.size must be a whole number of 1 or more", with(preset, "--set", "batch.size=0"));
        assertUsage("--json is for --list-settings", with(preset, "--json"));
        assertFailure("needs at least", with(place, "--variant", "tiny", "--set", "pictureSize=16"));
        assertFailure("has neither", "train", "--data", temp, "--out", out, "--preset", "fashion-mnist");
        assertFailure("convnext train: " + out + ": there is no such folder to go on with", with(place, "--resume"));
        Object[] elsewhere = {"train", "--data", data, "--out", temp, "--resume"};
        assertFailure(temp + ": is not the folder of a run; name one with --out", elsewhere);
        Files.createDirectories(temp.resolve("killed/checkpoints"));
        assertFailure(
                "this run ended before its first checkpoint, so there is nothing to go on from; give the same command"
                        + " without --resume",
                "train",
                "--data",
                data,
                "--out",
                temp.resolve("killed"),
                "--resume");
        assertUsage(
                "a step takes 61 pictures by batch.size (--batch), and there are only 60 to train on; lower it",
                with(preset, "--batch", 61));
        assertUsage(
                "batch.accumulation 9 times batch.size (--batch) 10",
                with(preset, "--batch", 10, "--set", "accumulation=9"));
        Path config = Cli.toy("config.json");
        assertFailure(
                config + ": is the configuration of a model, not values of a run", with(preset, "--config", config));
        Path empty = Files.createDirectories(temp.resolve("empty"));
        assertFailure(
                "put the pictures into " + empty.resolve("train/CLASS") + " or " + empty.resolve("CLASS")
                        + ", one folder a class",
                "train",
                "--data",
                empty,
                "--out",
                out,
                "--preset",
                "cifar");
        assertFailure("tells 10 classes apart", "evaluate", "--model", Cli.toy("facebook.safetensors"), "--data", data);
        assertTrue(Files.notExists(out.resolve("model.safetensors")));
    }

    private static Object[] with(Object[] place, Object... rest) {
        List<Object> words = new ArrayList<>(List.of(place));
        words.addAll(List.of(rest));
        return words.toArray();
    }

    private static void assertUsage(String part, Object... words) {
        Cli.Result result = Cli.run(words);
        assertEquals(2, result.code(), result.err());
        assertTrue(result.complaint().contains(part), result.err());
    }

    private static void assertFailure(String part, Object... words) {
        Cli.Result result = Cli.run(words);
        assertEquals(1, result.code(), result.err());
        assertTrue(result.err().contains(part), result.err());
    }
}
