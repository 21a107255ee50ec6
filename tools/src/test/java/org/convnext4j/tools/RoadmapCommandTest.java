package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
        assertTrue(result.complaint().contains("'101' is none of 50, 200"), result.err());
    }
}
