package org.convnext4j.tools.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.convnext4j.tools.Cli;
import org.convnext4j.tools.output.Timings;
import org.convnext4j.tools.output.ToolException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench} and {@code doctor}. */
@Tag("slow")
class MachineCommandsTest {
    @Test
    void benchGivesFiguresThatFitTogether() throws IOException {
        JsonNode json = Cli.run(
                        "bench", "--json", "--size", 32, "--batch", 2, "--threads", 1, "--warmup", 0, "--seconds", 0)
                .json();
        assertEquals("tiny", json.path("variant").asText());
        assertEquals(2, json.path("batch").asInt());
        assertEquals(1, json.path("threads").asInt());
        assertEquals("auto", json.path("backend").asText());
        assertEquals(1, json.path("calls").asInt());
        double millis = json.path("millis").asDouble();
        assertTrue(millis > 0 && json.path("firstCallMillis").asDouble() > 0);
        assertEquals(2000 / millis, json.path("imagesPerSecond").asDouble(), 0.01 * 2000 / millis);
        // 4,455,531,264 multiply-adds at 224: counted by hand they are 49 times fewer at 32, but for the head.
        double macs = (4_455_531_264.0 - 768_000) / 49 + 768_000;
        double gflops = 2 * 2 * macs / millis / 1e6;
        assertEquals(gflops, json.path("gflops").asDouble(), 0.01 * gflops + 0.001);
        assertTrue(json.has("peakRssBytes"));
        double peak = json.path("peakGflops").asDouble();
        assertTrue(peak > 0 && json.path("readGigabytesPerSecond").asDouble() > 0, json.toString());
        double percent = 100 * json.path("gflops").asDouble() / peak;
        assertEquals(percent, json.path("percentOfPeak").asDouble(), 0.01 * percent + 0.001);
        assertTrue(json.path("peer").isNull());
        // 1x1 convolutions: twice 96 channels by 384 on 8 x 8 positions of 2 pictures, in 3 blocks of stage 0.
        JsonNode operator = json.path("operators").path(4);
        assertEquals("stage 0", operator.path("stage").asText());
        assertEquals(3, operator.path("calls").asInt());
        double operatorGflops =
                2.0 * 2 * 64 * 96 * 384 / operator.path("millis").asDouble() / 1e6;
        assertEquals(operatorGflops, operator.path("gflops").asDouble(), 0.01 * operatorGflops + 0.001);
    }

    @Test
    void benchPrintsATable() {
        Cli.Result result = Cli.run("bench", "--size", 32, "--warmup", 0, "--seconds", 0, "--backend", "openblas");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().startsWith("convnext-tiny, formula weights, batch 1 of 3 x 32 x 32"), result.out());
        assertTrue(result.out().contains("gemm=blas"), result.out());
        assertTrue(
                result.out().lines().anyMatch(line -> line.matches(" +median +[\\d.]+ ms +of 1 calls")), result.out());
    }

    @Test
    void benchComparesWithAPeerAndDraws(@TempDir Path folder) throws IOException {
        Path plot = folder.resolve("plot.png");
        JsonNode json = Cli.run(
                        "bench",
                        "--json",
                        "--size",
                        64,
                        "--warmup",
                        0,
                        "--seconds",
                        0,
                        "--peer",
                        "onnxruntime",
                        "--plot",
                        plot)
                .json();
        JsonNode peer = json.path("peer");
        assertTrue(peer.path("name").asText().startsWith("ONNX Runtime "), json.toString());
        double ratio = peer.path("millis").asDouble() / json.path("millis").asDouble();
        assertEquals(ratio, peer.path("ratio").asDouble(), 0.01 * ratio + 0.001);
        double difference = peer.path("largestDifference").asDouble();
        assertTrue(difference > 0 && difference <= 2e-5, json.toString());
        BufferedImage image = ImageIO.read(plot.toFile());
        Set<Integer> colors = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colors.add(image.getRGB(x, y) & 0xffffff);
            }
        }
        assertTrue(colors.containsAll(Set.of(0x1f6f8b, 0xd98032, 0xb8bec4)), "bars of three colours");
    }

    @Test
    void operatorsCanBeLeftOut() throws IOException {
        JsonNode json = Cli.run("bench", "--json", "--size", 32, "--warmup", 0, "--seconds", 0, "--no-operators")
                .json();
        assertEquals(0, json.path("operators").size());
    }

    @Test
    void benchTimesAStepOfTrainingAndItsParts() throws IOException {
        Object[] words = {"bench", "--training", "--size", 32, "--batch", 2, "--warmup", 0, "--seconds", 0};
        JsonNode json = Cli.run(with(words, "--json", "--threads", 1)).json();
        assertTrue(json.path("training").asBoolean());
        assertEquals("tiny", json.path("variant").asText());
        assertEquals(2, json.path("batch").asInt());
        double millis = json.path("millis").asDouble();
        assertEquals(2000 / millis, json.path("imagesPerSecond").asDouble(), 0.01 * 2000 / millis);
        double macs = (4_455_531_264.0 - 768_000) / 49 + 768_000;
        double gflops = 3 * 2 * 2 * macs / millis / 1e6;
        assertEquals(gflops, json.path("gflops").asDouble(), 0.01 * gflops + 0.001);
        double percent =
                100 * json.path("gflops").asDouble() / json.path("peakGflops").asDouble();
        assertEquals(percent, json.path("percentOfPeak").asDouble(), 0.01 * percent + 0.001);
        JsonNode parts = json.path("parts");
        double forward = parts.path("forward").path("millis").asDouble();
        double forwardGflops = 2 * 2 * macs / forward / 1e6;
        assertEquals(forwardGflops, parts.path("forward").path("gflops").asDouble(), 0.01 * forwardGflops + 0.001);
        double backward = parts.path("backward").path("millis").asDouble();
        assertEquals(millis, forward + backward, 0.002);
        double backwardGflops = 2 * 2 * 2 * macs / backward / 1e6;
        assertEquals(
                backwardGflops,
                parts.path("backward").path("gflops").asDouble(),
                0.01 * Math.abs(backwardGflops) + 0.001);
        assertTrue(parts.path("optimizer").path("millis").asDouble() > 0, json.toString());

        Cli.Result table = Cli.run(words);
        assertEquals(0, table.code(), table.err());
        assertTrue(table.out().contains("gradients product="), table.out());
        assertTrue(table.out().lines().anyMatch(line -> line.matches(" +optimizer +[\\d.]+ .*")), table.out());
        assertEquals(2, Cli.run(with(words, "--peer", "onnxruntime")).code());
        assertEquals(2, Cli.run(with(words, "--plot", "plot.png")).code());
    }

    private static Object[] with(Object[] words, Object... more) {
        List<Object> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void benchRefusesAPlotThatIsNoPng() {
        Cli.Result result = Cli.run("bench", "--plot", "plot.svg");
        assertEquals(2, result.code());
        assertTrue(result.err().contains(".png"), result.err());
    }

    @Test
    void aContestTakesTurnsAndDropsTheFirstCallOfEach() {
        StringBuilder calls = new StringBuilder();
        Contest contest = new Contest(() -> called(calls, 'e'), () -> called(calls, 'p'), () -> calls.append('|'));
        contest.run(0, spent -> {});
        assertEquals("ee|pp", calls.toString());
        assertEquals(1, contest.engineMillis().size());
        assertEquals(1, contest.peerMillis().size());
        assertThrows(ToolException.class, () -> Contest.time(() -> new float[] {Float.NaN}));
    }

    private static float[] called(StringBuilder calls, char by) {
        calls.append(by);
        return new float[] {1};
    }

    @Test
    void theMedianIsTheMiddle() {
        Timings odd = new Timings(List.of(9.0, 1.0, 2.0), 4, 1_000_000);
        assertEquals(2, odd.medianMillis());
        assertEquals(1, odd.minMillis());
        assertEquals(2000, odd.imagesPerSecond());
        assertEquals(4, odd.gflops());
        assertEquals(1.5, new Timings(List.of(1.0, 2.0), 1, 1).medianMillis());
    }

    @Test
    void doctorKnowsThisMachine() throws IOException {
        JsonNode json = Cli.run("doctor", "--json").json();
        assertEquals(
                Runtime.version().toString(), json.path("java").path("version").asText());
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                json.path("cpu").path("processors").asInt());
        assertEquals(4, json.path("backends").size());
        JsonNode scalar = json.path("backends").path(3);
        assertEquals("scalar", scalar.path("backend").asText());
        assertTrue(scalar.path("works").asBoolean());
        assertTrue(json.path("vectors").path("bits").asInt() >= 64);
        assertTrue(json.path("openblas").has("path") || json.path("openblas").has("failure"));
        assertTrue(json.path("problems").isArray());
    }

    @Test
    void doctorPrintsATable() {
        Cli.Result result = Cli.run("doctor");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains(Runtime.version().toString()), result.out());
        assertTrue(result.out().contains("backend scalar"), result.out());
    }
}
