package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class RoadmapCommandTest {
    @Test
    void theListForOtherPrograms() throws IOException {
        JsonNode list = Cli.run("roadmap", "--json").json();
        assertEquals(34, list.size());
        List<String> names = new ArrayList<>();
        list.get(0).fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("regime", "step", "change", "parameters", "macs", "paperAccuracy", "paperGflops"), names);
        JsonNode first = list.get(0);
        assertEquals(50, first.path("regime").asInt());
        assertEquals(25557032, first.path("parameters").asLong());
        assertEquals(4089184256L, first.path("macs").asLong());
        assertEquals(76.13, first.path("paperAccuracy").asDouble());
        assertEquals(4.09, first.path("paperGflops").asDouble());
        JsonNode last = Cli.run("roadmap", "--json", "--regime", 200).json().get(16);
        assertEquals(list.get(33), last);
        assertEquals(200, last.path("regime").asInt());
        assertEquals(88571368, last.path("parameters").asLong());
    }

    @Test
    void theTableForPeople() {
        Cli.Result result = Cli.run("roadmap", "--regime", 50);
        assertEquals(0, result.code(), result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals(18, lines.size(), result.out());
        assertTrue(lines.get(4).startsWith("50"), lines.get(4));
        for (String part : List.of("patchify", "28,622,120", "4.4175 G", "79.51 %", "4.42")) {
            assertTrue(lines.get(4).contains(part), lines.get(4));
        }
    }

    @Test
    void wrongUsageIsExplained() {
        Cli.Result result = Cli.run("roadmap", "--regime", 101);
        assertEquals(2, result.code());
        assertTrue(result.complaint().contains("--regime cannot be 101; there are 50, 200"), result.err());
    }

    @TempDir
    Path folder;

    @Test
    void trainsEachStepAndGoesOn() throws IOException {
        Path data = TinyIdx.write(folder.resolve("data"), 24, 12);
        Path out = folder.resolve("walk");
        Object[] words = {
            "roadmap", "--train", data, "--out", out, "--epochs", 1, "--batch", 8, "--width-scale", 0.06, "--threads", 2
        };
        Cli.Result first = Cli.run(words);
        assertEquals(0, first.code(), first.err());
        List<String> csv = Files.readAllLines(out.resolve("roadmap.csv"));
        assertEquals(18, csv.size());
        assertTrue(csv.get(17).startsWith("16,separate-downsampling,"), csv.get(17));
        BufferedImage chart = ImageIO.read(out.resolve("roadmap.png").toFile());
        assertEquals(1200, chart.getWidth());
        // One step is lost: the rest, its seconds too, is taken as it is.
        Files.delete(out.resolve("03-patchify.safetensors"));
        Cli.Result second = Cli.run(words);
        assertEquals(0, second.code(), second.err());
        List<String> again = Files.readAllLines(out.resolve("roadmap.csv"));
        assertEquals(csv.get(1), again.get(1));
        assertEquals(csv.get(17), again.get(17));
        Cli.Result other = Cli.run("roadmap", "--train", data, "--out", out, "--epochs", 2, "--batch", 8);
        assertTrue(other.complaint().contains("belongs to another walk"), other.err());
    }

    @Test
    void wrongUsageOfTraining() {
        assertEquals(2, Cli.run("roadmap", "--train", folder).code());
        assertEquals(
                2,
                Cli.run("roadmap", "--train", folder, "--out", folder, "--json").code());
        assertTrue(Cli.run("roadmap", "--train", folder, "--out", folder)
                .complaint()
                .contains("has neither a folder"));
    }

    @Test
    void timesEachStep() throws IOException {
        JsonNode list = Cli.run(
                        "roadmap", "--json", "--time", "--regime", 50, "--width-scale", 0.06, "--time-seconds", 0.01)
                .json();
        assertEquals(17, list.size());
        list.forEach(step -> assertTrue(step.get("medianMillis").asDouble() > 0, step.toString()));
    }
}
