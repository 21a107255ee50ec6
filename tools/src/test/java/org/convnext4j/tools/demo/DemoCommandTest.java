package org.convnext4j.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.data.IdxDataset;
import org.convnext4j.tools.Cli;
import org.convnext4j.tools.option.BundledModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled model and the commands that use it. */
class DemoCommandTest {
    private static final int SAMPLES = 20;

    /** A model of another accuracy than the one that ships would fail here, another training of it would not. */
    private static final int AT_LEAST_RIGHT = 17;

    private static final long MOST_PARAMETERS = 2_000_000;
    private static final long MOST_BYTES = 4 << 20;

    @TempDir
    private Path temp;

    @Test
    void demoIsMostlyRightAndDrawsAContactSheet() throws IOException {
        Path sheet = temp.resolve("sheet.png");
        JsonNode json =
                Cli.run("demo", "--json", "--seconds", 0, "--out", sheet).json();
        assertEquals(SAMPLES, json.path("images").asInt());
        assertTrue(json.path("parameters").asLong() <= MOST_PARAMETERS, json.toString());
        assertTrue(json.path("right").asInt() >= AT_LEAST_RIGHT, json.toString());
        assertTrue(json.path("imagesPerSecond").asDouble() > 0);
        assertTrue(json.path("firstCallMillis").asDouble() > 0);
        assertEquals(sheet.toString(), json.path("contactSheet").asText());
        int right = 0;
        for (JsonNode prediction : json.path("predictions")) {
            int label = label(prediction.path("image").asText());
            assertEquals(
                    IdxDataset.FASHION_MNIST_CLASSES.get(label),
                    prediction.path("truth").asText());
            boolean isRight = prediction.path("label").equals(prediction.path("truth"));
            assertEquals(isRight, prediction.path("right").asBoolean());
            right += isRight ? 1 : 0;
        }
        assertEquals(right, json.path("right").asInt());
        BufferedImage image = ImageIO.read(sheet.toFile());
        int rows = SAMPLES / ContactSheet.COLUMNS;
        assertEquals(2 * ContactSheet.MARGIN + ContactSheet.COLUMNS * ContactSheet.TILE_WIDTH, image.getWidth());
        assertEquals(
                2 * ContactSheet.MARGIN + ContactSheet.HEADING_HEIGHT + rows * ContactSheet.TILE_HEIGHT,
                image.getHeight());
    }

    @Test
    void withoutOutTheSheetIsInANewFolderAmongTheTemporaryOnes() throws IOException {
        String before = System.setProperty("java.io.tmpdir", temp.toString());
        try {
            Path first = defaultSheet();
            assertEquals(temp, first.resolve("../..").normalize());
            assertTrue(Files.size(first) > 0);
            assertNotEquals(first, defaultSheet());
            System.setProperty("java.io.tmpdir", temp.resolve("missing").toString());
            Cli.Result result = Cli.run("demo", "--json", "--seconds", 0);
            assertTrue(result.json().path("contactSheet").isNull(), result.out());
            assertTrue(result.complaint().contains("missing: no folder can be made in it"), result.err());
            assertTrue(result.complaint().contains("--out"), result.err());
        } finally {
            System.setProperty("java.io.tmpdir", Objects.requireNonNull(before));
        }
        assertFalse(Files.exists(Path.of("contact-sheet.png")));
    }

    private static Path defaultSheet() throws IOException {
        JsonNode json = Cli.run("demo", "--json", "--seconds", 0).json();
        return Path.of(json.path("contactSheet").asText());
    }

    private static int label(String name) {
        Matcher matcher = Pattern.compile("sample-(\\d)-\\d\\.png").matcher(name);
        assertTrue(matcher.matches(), name);
        return Integer.parseInt(matcher.group(1));
    }

    @Test
    void demoPrintsATable() {
        Cli.Result result = Cli.run("demo", "--seconds", 0, "--threads", 1, "--out", temp.resolve("sheet.png"));
        assertEquals(0, result.code(), result.err());
        assertEquals("", result.err());
        assertTrue(result.out().startsWith("convnext-"), result.out());
        assertTrue(result.out().lines().anyMatch(line -> line.matches(" +right +\\d+ of 20")), result.out());
        assertTrue(
                result.out().lines().anyMatch(line -> line.matches(" +speed +\\d+ pictures/s .* 1 thread")),
                result.out());
    }

    @Test
    void classifyWithoutAModelUsesTheBundledOneAndSaysSo() throws IOException {
        Path sample = copy("sample-1-0.png");
        Cli.Result result = Cli.run("classify", "--top", 1, sample);
        assertEquals(0, result.code(), result.err());
        assertTrue(result.complaint().contains("bundled Fashion-MNIST model"), result.err());
        assertTrue(result.out().contains("Trouser"), result.out());
        JsonNode json = Cli.run("classify", "--json", sample).json();
        assertEquals("fashion-mnist", json.path("model").asText());
        JsonNode demo = Cli.run("demo", "--json", "--seconds", 0, "--out", temp.resolve("sheet.png"))
                .json()
                .path("predictions")
                .path(2);
        assertEquals(sample.getFileName().toString(), demo.path("image").asText());
        // The same picture in a batch of another size.
        assertEquals(
                demo.path("probability").asDouble(),
                json.path("predictions").path(0).path("probability").asDouble(),
                1e-5);
        assertEquals(0, Cli.run("classify", Cli.image("china.jpg")).code());
    }

    @Test
    void evaluateWithoutAModelUsesTheBundledOneAndSaysSo() throws IOException {
        for (String name : IdxDataset.FASHION_MNIST_CLASSES) {
            int label = IdxDataset.FASHION_MNIST_CLASSES.indexOf(name);
            Path folder = Files.createDirectories(temp.resolve("data/val").resolve(label + ""));
            for (int i = 0; i < 2; i++) {
                Files.copy(copy("sample-" + label + "-" + i + ".png"), folder.resolve(i + ".png"));
            }
        }
        Path data = temp.resolve("data");
        JsonNode json = Cli.run("evaluate", "--json", "--data", data).json();
        assertEquals("fashion-mnist", json.path("model").asText());
        assertEquals(SAMPLES, json.path("images").asInt());
        assertTrue(json.path("top1").asDouble() * SAMPLES > AT_LEAST_RIGHT - 0.5, json.toString());
        Cli.Result table = Cli.run("evaluate", "--data", data);
        List<String> notes = table.err().lines().toList();
        assertEquals(2, notes.size(), table.err());
        assertTrue(notes.get(0).contains("bundled Fashion-MNIST model"), table.err());
        assertTrue(notes.get(1).contains("numbers for classes, so 0 is \"T-shirt/top\""), table.err());
    }

    @Test
    void theBundledFileIsSmallAndCanBeReadFromAJar() throws IOException {
        Path jar = temp.resolve("tools.jar");
        try (FileSystem inside = FileSystems.newFileSystem(jar, Map.of("create", true))) {
            for (String name : List.of("fashion-mnist.safetensors", "config.json")) {
                Path file = inside.getPath(name);
                Files.copy(resource(name), file);
                assertTrue(Files.size(file) < MOST_BYTES, name);
            }
        }
        URL url =
                URI.create("jar:" + jar.toUri() + "!/fashion-mnist.safetensors").toURL();
        try (Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = BundledModel.load(url, engine)) {
            assertEquals(IdxDataset.FASHION_MNIST_CLASSES, model.labels().names());
            assertTrue(model.config().parameters() <= MOST_PARAMETERS);
            assertEquals(28, model.preprocessor().height());
        }
    }

    @Test
    void theBundledModelHasAName() throws IOException {
        JsonNode named = Cli.run("classify", "--json", "--model", "fashion-mnist", Cli.image("china.jpg"))
                .json();
        String label = named.path("predictions").get(0).path("label").asText();
        assertTrue(IdxDataset.FASHION_MNIST_CLASSES.contains(label), named.toString());
        assertEquals(
                10,
                Cli.run("inspect", "--json", "fashion-mnist")
                        .json()
                        .path("classes")
                        .asInt());
    }

    private Path copy(String name) throws IOException {
        Path file = temp.resolve(name);
        Files.copy(resource(name), file);
        return file;
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(DemoSample.class.getResourceAsStream(name), name);
    }
}
