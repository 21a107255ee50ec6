package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.convnext4j.model.train.LogRow;
import org.convnext4j.model.train.TrainingLog;
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
        Cli.Result result = train(data, out, "--epochs", 8, "--lr", "0.003", "--set", "checkpoint.best=true");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.err().startsWith("note: for 60 pictures with sides of 16 pixels: preset fashion-mnist"));
        assertEquals(1, result.err().lines().count(), result.err());
        assertEquals(
                8,
                result.out().lines().filter(line -> line.startsWith("epoch ")).count(),
                result.out());
        assertNotNull(ImageIO.read(out.resolve("curves.png").toFile()));
        assertTrue(Files.exists(out.resolve("best/model.safetensors")));
        List<LogRow> rows = TrainingLog.read(out.resolve("log.csv"));
        assertEquals(40, rows.get(rows.size() - 1).step());

        Path model = out.resolve("model.safetensors");
        Path plot = temp.resolve("confusion.png");
        JsonNode json = Cli.run("evaluate", "--model", model, "--data", data, "--json", "--plot", plot)
                .json();
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("images", "top1", "top5", "loss", "imagesPerSecond"), names);
        assertEquals(30, json.path("images").asInt());
        assertEquals(1, json.path("top5").asDouble(), "there are only three classes");
        LogRow last = rows.get(rows.size() - 1);
        // The run measured the same weights on the same pictures, in other batches.
        assertEquals(last.top1(), json.path("top1").asDouble());
        assertEquals(last.evaluationLoss(), json.path("loss").asDouble(), 1e-5);
        assertTrue(last.top1() > 0.9, "three plain patterns must be learnt: " + last);
        assertNotNull(ImageIO.read(plot.toFile()));

        Cli.Result table = Cli.run("evaluate", "--model", model, "--data", data, "--split", "train");
        assertEquals(0, table.code(), table.err());
        assertTrue(table.out().contains("above"), table.out());
        Cli.Result classified = Cli.run("classify", "--model", model, Cli.image("china.jpg"));
        assertEquals(0, classified.code(), classified.err());
        assertTrue(classified.out().contains("below"), classified.out());
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
        assertUsage("has not 4 numbers", with(place, "--depths", "1,1,1", "--dims", "8,8,8,8"));
        assertUsage("the nearest is fine-tune", with(place, "--preset", "finetune"));
        assertUsage("--model names a network", with(place, "--model", "x.pth", "--variant", "tiny"));
        assertFailure("no value is called epoch", with(place, "--preset", "fashion-mnist", "--set", "epoch=3"));
        assertFailure("needs at least", with(place, "--variant", "tiny", "--set", "pictureSize=16"));
        assertFailure("has neither", "train", "--data", temp, "--out", out, "--preset", "fashion-mnist");
        assertFailure("no checkpoint to go on from", with(place, "--resume"));
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
