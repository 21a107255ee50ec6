package org.convnext4j.tools.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkCommandsTest {
    @TempDir
    private Path folder;

    private Path pictures;
    private Path results;

    @BeforeEach
    void lay() throws IOException {
        pictures = Files.createDirectories(folder.resolve("pictures"));
        results = folder.resolve("results");
        for (String name : List.of("a", "b, \"c\"", "d", "e")) {
            Files.copy(Cli.image(name.equals("d") ? "flower.jpg" : "china.jpg"), pictures.resolve(name + ".jpg"));
        }
        Files.writeString(pictures.resolve("c-broken.png"), "no picture");
    }

    private Cli.Result run(String command, Object... rest) {
        List<Object> words = new ArrayList<>(
                List.of(command, "--model", Cli.toy("timm.safetensors"), "--batch", 3, "--backend", "vector"));
        words.addAll(List.of(rest));
        return Cli.run(words.toArray());
    }

    private static JsonNode json(String line) throws IOException {
        return new ObjectMapper().readTree(line);
    }

    @Test
    void batchesGiveWhatClassifyGivesOneByOneAndTheUnreadableIsListedAtTheEnd() throws IOException {
        Cli.Result bulk = run("classify", "--top", 10, "--jsonl", results, pictures);
        assertEquals(1, bulk.code());
        assertEquals("", bulk.out());
        List<String> notes = bulk.err().lines().toList();
        assertEquals("note: 4 pictures done, 1 could not be used", notes.get(0));
        assertTrue(
                notes.get(1).startsWith("convnext classify: " + pictures.resolve("c-broken.png") + ": "), bulk.err());
        assertEquals(2, notes.size());
        Cli.Result single =
                Cli.run("classify", "--json", "--top", 10, "--model", Cli.toy("timm.safetensors"), pictures);
        List<String> expected = single.out().lines().toList();
        List<String> actual = Files.readAllLines(results);
        assertEquals(4, actual.size());
        for (int i = 0; i < 4; i++) {
            JsonNode one = json(expected.get(i));
            JsonNode other = json(actual.get(i));
            assertEquals(one.path("image"), other.path("image"));
            assertEquals(10, other.path("predictions").size());
            for (int k = 0; k < 10; k++) {
                JsonNode a = one.path("predictions").path(k);
                JsonNode b = other.path("predictions").path(k);
                assertEquals(a.path("index"), b.path("index"));
                assertEquals(a.path("label"), b.path("label"));
                assertEquals(
                        a.path("probability").asDouble(), b.path("probability").asDouble(), 1e-6);
            }
        }
    }

    @Test
    void aRunThatWasCutOffAnywhereIsCompletedToTheSameFile() throws IOException {
        Files.delete(pictures.resolve("c-broken.png"));
        for (String option : List.of("--jsonl", "--csv")) {
            Path whole = folder.resolve("whole" + option);
            assertEquals(0, run("classify", "--top", 2, option, whole, pictures).code());
            byte[] bytes = Files.readAllBytes(whole);
            for (int cut : new int[] {0, 5, bytes.length / 2, bytes.length - 1, bytes.length}) {
                Path partial = folder.resolve("partial" + option + cut);
                Files.write(partial, Arrays.copyOf(bytes, cut));
                Cli.Result again = run("classify", "--top", 2, option, partial, "--resume", pictures);
                assertEquals(0, again.code(), again.err());
                List<String> records = Files.readAllLines(partial);
                assertEquals(names(option, Files.readAllLines(whole)), names(option, records), "cut at " + cut);
                String kept = new String(bytes, 0, cut, StandardCharsets.UTF_8);
                long lines = kept.chars().filter(c -> c == '\n').count();
                long before = option.equals("--csv") ? Math.max(0, lines - 1) : lines;
                String there = before == 0 ? "" : before + (before == 1 ? " was there, " : " were there, ");
                assertEquals(
                        "note: " + (before == 3 ? "1 picture" : (4 - before) + " pictures") + " done, " + there
                                + "0 could not be used",
                        again.err().strip());
                assertTrue(Files.readString(partial).startsWith(kept.substring(0, kept.lastIndexOf('\n') + 1)));
            }
        }
    }

    private static List<String> names(String option, List<String> records) throws IOException {
        List<String> names = new ArrayList<>();
        for (String record : records) {
            names.add(
                    option.equals("--csv")
                            ? record.substring(0, record.indexOf(".jpg") + 1)
                            : json(record).path("image").asText());
        }
        return names;
    }

    @Test
    void csvHasAHeaderAndQuotesWhatNeedsIt() throws IOException {
        assertEquals(1, run("classify", "--top", 1, "--csv", results, pictures).code());
        List<String> lines = Files.readAllLines(results);
        assertEquals("image,index1,label1,probability1", lines.get(0));
        assertEquals(5, lines.size());
        String quoted = pictures.resolve("b, \"c\".jpg").toString().replace("\"", "\"\"");
        assertTrue(lines.get(2).matches("\\Q\"" + quoted + "\"\\E,\\d,class-\\d,0\\.\\d+"), lines.get(2));
        Cli.Result again = run("classify", "--top", 1, "--csv", results, "--resume", pictures);
        assertTrue(again.err().startsWith("note: 0 pictures done, 4 were there, 1 could not be used"), again.err());
        assertEquals(lines, Files.readAllLines(results));
    }

    @Test
    void embeddingsAreThoseOfTheForwardPass() throws IOException {
        assertEquals(1, run("embed", "--jsonl", results, pictures).code());
        List<String> lines = Files.readAllLines(results);
        assertEquals(4, lines.size());
        JsonNode first = json(lines.get(0)).path("embedding");
        assertEquals(72, first.size());
        assertEquals(first, json(lines.get(3)).path("embedding"), "the same picture under another name");
        assertTrue(!first.equals(json(lines.get(2)).path("embedding")));
        double sum = 0;
        for (JsonNode value : first) {
            sum += value.asDouble() * value.asDouble();
        }
        assertTrue(sum > 1 && sum < 72 * 100, "normalised, then scaled by weights near 1: " + sum);
        Path csv = folder.resolve("csv");
        assertEquals(1, run("embed", "--csv", csv, pictures).code());
        String[] cells = Files.readAllLines(csv).get(1).split(",", -1);
        for (int c = 0; c < 72; c++) {
            assertEquals(first.path(c).floatValue(), Float.parseFloat(cells[c + 1]), "e" + c);
        }
    }

    /** Cut off between the vectors and the names, and in the middle of a name. */
    @Test
    void vectorsAndNamesStayTogetherWhereverARunIsCutOff() throws IOException {
        Files.delete(pictures.resolve("c-broken.png"));
        Path names = folder.resolve("results.jsonl");
        assertEquals(0, run("embed", "--npy", results, pictures).code());
        byte[] vectors = Files.readAllBytes(results);
        byte[] lines = Files.readAllBytes(names);
        assertEquals(128 + 4 * 72 * 4, vectors.length);
        assertEquals(4, Files.readAllLines(names).size());
        assertEquals(1, run("embed", "--npy", results, pictures).code(), "without --resume");
        for (int rows : new int[] {3, 4}) {
            Files.write(results, Arrays.copyOf(vectors, 128 + rows * 72 * 4));
            Files.write(names, Arrays.copyOf(lines, lines.length / 2 + 20));
            Cli.Result again = run("embed", "--npy", results, "--resume", pictures);
            assertEquals(0, again.code(), again.err());
            assertEquals(
                    "note: 2 pictures done, 2 were there, 0 could not be used",
                    again.err().strip());
            assertTrue(Arrays.equals(lines, Files.readAllBytes(names)));
            byte[] now = Files.readAllBytes(results);
            assertEquals(vectors.length, now.length);
            int kept = 128 + 2 * 72 * 4;
            assertTrue(Arrays.equals(Arrays.copyOf(vectors, kept), Arrays.copyOf(now, kept)));
        }
        Files.write(results, Arrays.copyOf(vectors, 128 + 72 * 4));
        Cli.Result fewer = run("embed", "--npy", results, "--resume", pictures);
        assertTrue(fewer.complaint().contains("has fewer than the 4 rows"), fewer.err());
    }

    @Test
    void aFileOfSomethingElseIsRefusedAndLeftAlone() throws IOException {
        assertEquals(
                1, run("classify", "--top", 2, "--jsonl", results, pictures).code());
        byte[] before = Files.readAllBytes(results);
        Cli.Result there = run("classify", "--top", 2, "--jsonl", results, pictures);
        assertEquals(1, there.code());
        assertTrue(there.complaint().contains(results + ": is there already"), there.err());
        for (Cli.Result refused : List.of(
                run("classify", "--top", 3, "--jsonl", results, "--resume", pictures),
                run("embed", "--jsonl", results, "--resume", pictures))) {
            assertEquals(1, refused.code());
            assertTrue(
                    refused.complaint().contains(results + ": has a line of another model or command"), refused.err());
        }
        Cli.Result csv = run("embed", "--csv", results, "--resume", pictures);
        assertTrue(csv.complaint().contains(results + ": has other columns"), csv.err());
        assertTrue(Arrays.equals(before, Files.readAllBytes(results)));
    }

    @Test
    void optionsThatDoNotGoTogetherAreWrongUsage() {
        assertEquals(2, run("classify", "--resume", pictures).code());
        assertEquals(2, run("embed", pictures).code());
        assertEquals(
                2,
                run("classify", "--jsonl", results, "--csv", results, pictures).code());
        assertEquals(2, run("classify", "--json", "--csv", results, pictures).code());
        assertEquals(
                2,
                run("classify", "--batch", "5000", "--csv", results, pictures).code());
    }
}
