package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code bench} and {@code doctor}. */
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
