package org.convnext4j.tools.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.model.weights.Layout;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code similar --index}. */
class SimilarIndexTest {
    @TempDir
    private Path folder;

    private Path pictures;
    private Path vectors;
    private Path names;

    @BeforeEach
    void embed() throws IOException {
        pictures = Files.createDirectories(folder.resolve("pictures"));
        vectors = folder.resolve("vectors.npy");
        names = folder.resolve("vectors.npy.jsonl");
        for (String name : List.of("china.jpg", "china.timm224.png", "flower.jpg", "flower.timm224.png")) {
            Files.copy(Cli.image(name), pictures.resolve(name));
        }
        assertEquals(0, run("embed", "--npy", vectors, pictures).code());
    }

    private static Cli.Result run(String command, Object... rest) {
        return runWith(Cli.toy("timm.safetensors"), command, rest);
    }

    private static Cli.Result runWith(Path model, String command, Object... rest) {
        List<Object> words = new ArrayList<>(List.of(command, "--model", model, "--backend", "vector"));
        words.addAll(List.of(rest));
        return Cli.run(words.toArray());
    }

    @Test
    void findsWhatLookingThroughTheFolderFinds() throws IOException {
        Path query = Cli.image("china.jpg");
        JsonNode walked = run("similar", "--json", "--top", 3, query, pictures).json();
        JsonNode indexed =
                run("similar", "--json", "--top", 3, "--index", vectors, query).json();
        assertEquals(walked.path("query"), indexed.path("query"));
        assertEquals(3, indexed.path("similar").size());
        for (int i = 0; i < 3; i++) {
            JsonNode expected = walked.path("similar").path(i);
            JsonNode found = indexed.path("similar").path(i);
            assertEquals(expected.path("image"), found.path("image"));
            assertEquals(
                    expected.path("cosine").asDouble(), found.path("cosine").asDouble(), 1e-5);
        }
        assertEquals(
                pictures.resolve("china.jpg").toString(),
                indexed.path("similar").path(0).path("image").asText());
    }

    @Test
    void severalQueriesAreAnsweredInTurnAndABrokenOneIsReported() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");
        Object[] words = {"--index", vectors, "--top", 1, Cli.image("flower.jpg"), broken, Cli.image("china.jpg")};
        Cli.Result text = run("similar", words);
        assertEquals(1, text.code());
        List<String> lines = text.out().lines().toList();
        assertEquals(Cli.image("flower.jpg").toString(), lines.get(0));
        assertTrue(lines.get(1).matches(" 1\\.0000  \\Q" + pictures.resolve("flower.jpg") + "\\E"), text.out());
        assertEquals(Cli.image("china.jpg").toString(), lines.get(2));
        assertEquals(4, lines.size());
        assertTrue(text.complaint().startsWith("convnext similar: " + broken + ": "), text.err());
        List<Object> json = new ArrayList<>(List.of("--json"));
        json.addAll(List.of(words));
        List<String> objects = run("similar", json.toArray()).out().lines().toList();
        assertEquals(2, objects.size());
        assertEquals(
                Cli.image("china.jpg").toString(),
                new ObjectMapper().readTree(objects.get(1)).path("query").asText());
    }

    @Test
    void vectorsOfAnotherModelOrPreprocessingAreRefused() throws IOException {
        Path wider = model(List.of(8, 8, 8, 80));
        Cli.Result channels = runWith(wider, "similar", "--index", vectors, Cli.image("china.jpg"));
        assertEquals(1, channels.code());
        assertTrue(
                channels.complaint().contains(vectors + ": has vectors of 72 numbers, and " + wider + " makes 80"),
                channels.err());
        Path other = model(List.of(16, 24, 40, 72));
        Path toy = Cli.toy("timm.safetensors");
        Cli.Result weights = runWith(other, "similar", "--index", vectors, Cli.image("china.jpg"));
        assertRefused(
                weights, ": was written with --model " + toy + ", and " + other + " is another model or has another");
        assertTrue(weights.complaint().contains("; give --model " + toy + ", or embed again"), weights.err());
        assertRefused(
                run("similar", "--index", vectors, "--preprocess", "squash-384", Cli.image("china.jpg")),
                ": was written with --model " + toy + " as it was then or with another --preprocess");
        assertRefused(
                run("similar", "--index", vectors, "--apply-orientation", Cli.image("china.jpg")),
                ": was written without --apply-orientation; leave it out");
        assertRefused(
                runWith(other, "embed", "--npy", vectors, "--resume", pictures), ": was written with --model " + toy);
        assertEquals(4, Files.readAllLines(names).size());
    }

    private void assertRefused(Cli.Result result, String words) {
        assertEquals(1, result.code(), result.out());
        assertTrue(result.complaint().contains(vectors + words), result.err());
        assertEquals("", result.out());
    }

    /** The identity is of what a model computes: not of the file that it lies in, nor of the kernels. */
    @Test
    void theSameModelInAnotherLayoutOrOnOtherKernelsIsTheSame() {
        Path converted = folder.resolve("converted.safetensors");
        Cli.Result convert = Cli.run("convert", "--layout", "facebook", Cli.toy("timm.safetensors"), converted);
        assertEquals(0, convert.code(), convert.err());
        Cli.Result layout = runWith(converted, "similar", "--index", vectors, Cli.image("china.jpg"));
        assertEquals(0, layout.code(), layout.err());
        Path half = folder.resolve("half");
        Cli.Result shorter =
                Cli.run("convert", "--layout", "timm", "--dtype", "f16", Cli.toy("timm.safetensors"), half + "/");
        assertEquals(0, shorter.code(), shorter.err());
        Cli.Result rounded = runWith(half, "similar", "--index", vectors, Cli.image("china.jpg"));
        assertEquals(0, rounded.code(), rounded.err());
        Cli.Result scalar = Cli.run(
                "similar",
                "--model",
                Cli.toy("timm.safetensors"),
                "--backend",
                "scalar",
                "--index",
                vectors,
                Cli.image("china.jpg"));
        assertEquals(0, scalar.code(), scalar.err());
        assertEquals("", scalar.err());
    }

    @Test
    void withoutAGoodNoteOfTheModelAFewPicturesAreLookedAt() throws IOException {
        Path note = VectorOrigin.fileOf(vectors);
        Files.writeString(note, "{\"version\": 1}");
        assertRefused(
                run("similar", "--index", vectors, Cli.image("china.jpg")),
                ".model.json: does not tell which model made " + vectors);
        Files.delete(note);
        for (Cli.Result result : List.of(
                runWith(model(List.of(16, 24, 40, 72)), "similar", "--index", vectors, Cli.image("china.jpg")),
                run("similar", "--index", vectors, "--preprocess", "squash-384", Cli.image("china.jpg")))) {
            assertRefused(result, ": has another vector of ");
            assertTrue(result.complaint().contains("name the model and preprocessing that made it"), result.err());
        }
        Cli.Result resumed = run("embed", "--npy", vectors, "--resume", pictures);
        assertEquals(0, resumed.code(), resumed.err());
        assertTrue(Files.notExists(note), "whose vectors are there is not known");
    }

    private Path model(List<Integer> dims) {
        ConvNeXtConfig config = ConvNeXtConfig.of(List.of(1, 1, 1, 1), dims, 3);
        Path file = folder.resolve("model" + dims.get(3) + ".safetensors");
        try (Arena arena = Arena.ofShared()) {
            CheckpointWriter.write(file, config, FormulaWeights.of(config, 0, arena), Layout.TIMM, DType.F32, Map.of());
        }
        return file;
    }

    @Test
    void picturesThatHaveGoneAreStillFound() throws IOException {
        Path elsewhere = Files.move(pictures, folder.resolve("elsewhere"));
        Cli.Result known = run("similar", "--index", vectors, "--top", 1, Cli.image("flower.jpg"));
        assertEquals(0, known.code(), known.err());
        assertEquals("", known.err(), "the model is known without them");
        Files.move(elsewhere, pictures);
        Files.delete(VectorOrigin.fileOf(vectors));
        for (String name : List.of("china.jpg", "china.timm224.png", "flower.jpg", "flower.timm224.png")) {
            Files.delete(pictures.resolve(name));
        }
        Cli.Result result = run("similar", "--index", vectors, "--top", 1, Cli.image("flower.jpg"));
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains(" 1.0000  " + pictures.resolve("flower.jpg")), result.out());
        assertTrue(result.complaint().startsWith("note: " + vectors + ": none of its pictures"), result.err());
    }

    @Test
    void aRunThatWasCutOffCanBeSearchedAndOtherFilesCannot() throws IOException {
        byte[] lines = Files.readAllBytes(names);
        List<String> all = Files.readAllLines(names);
        Files.write(names, all.subList(0, 3));
        Cli.Result cut = run("similar", "--index", vectors, Cli.image("china.jpg"));
        assertEquals(0, cut.code(), cut.err());
        assertEquals(3, cut.out().lines().count());
        assertTrue(cut.complaint().contains("the last vector has no name and is left out"), cut.err());

        Files.write(names, Arrays.copyOf(lines, lines.length));
        Files.writeString(names, Files.readString(names) + all.get(0) + "\n");
        Cli.Result more = run("similar", "--index", vectors, Cli.image("china.jpg"));
        assertEquals(1, more.code());
        assertTrue(more.complaint().contains(vectors + ": has 4 vectors, and " + names + " has 5 names"), more.err());
        Files.writeString(names, "[1]\n");
        Cli.Result other = run("similar", "--index", vectors, Cli.image("china.jpg"));
        assertTrue(other.complaint().contains(names + ": has a line without a picture's name"), other.err());
        Files.delete(names);
        Cli.Result without = run("similar", "--index", vectors, Cli.image("china.jpg"));
        assertEquals(1, without.code());
        assertTrue(without.complaint().contains(names + ": the pictures' names"), without.err());
        Cli.Result none = run("similar", "--index", folder.resolve("none.npy"), Cli.image("china.jpg"));
        assertTrue(none.complaint().contains("none.npy: does not exist; embed --npy writes"), none.err());
    }

    @Test
    void withoutAnIndexThereMustBeAFolder() {
        Cli.Result result = run("similar", Cli.image("china.jpg"));
        assertEquals(2, result.code());
        assertTrue(result.complaint().contains("missing FOLDER: where to look; or give --index FILE"), result.err());
    }
}
