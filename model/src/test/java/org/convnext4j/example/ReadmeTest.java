package org.convnext4j.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Java of the README and of docs/java.md is these very files, and they run. */
class ReadmeTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\R(.*?)^```$");
    private static final String PACKAGE = "package org.convnext4j.example;\n\n";

    @ParameterizedTest
    @CsvSource({"README.md, Classify Gallery FineTune", "docs/java.md, Features Alike Service"})
    void theCodeOfThePagesIsTheCodeTestedHere(String page, String examples) throws IOException {
        // Surefire starts in the module's folder, an IDE often in the project's.
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.exists(here.resolve("README.md")) ? here : Objects.requireNonNull(here.getParent());
        List<String> blocks = JAVA_BLOCK
                .matcher(unixText(root.resolve(page)))
                .results()
                .map(block -> block.group(1))
                .toList();
        Path sources = root.resolve("model/src/test/java/org/convnext4j/example");
        List<String> expected = new ArrayList<>();
        for (String example : examples.split(" ", -1)) {
            expected.add(unixText(sources.resolve(example + ".java")).replace(PACKAGE, ""));
        }
        assertEquals(expected, blocks);
    }

    @Test
    void classifyPrintsThePredictions() {
        Path weights = resource("toy/facebook.safetensors");
        Path picture = resource("image/golden/china.jpg");
        List<String> lines = printed(Classify::main, weights, picture);
        assertEquals(5, lines.size());
        try (ConvNeXt model = ConvNeXt.load(weights)) {
            List<Prediction> expected = model.classify(picture, 5);
            for (int i = 0; i < lines.size(); i++) {
                Matcher line = Pattern.compile(" *([0-9]+[.,][0-9]{2}) %  (.+)").matcher(lines.get(i));
                assertTrue(line.matches(), lines.get(i));
                assertEquals(expected.get(i).label(), line.group(2));
                float percent = Float.parseFloat(line.group(1).replace(',', '.'));
                assertEquals(100 * expected.get(i).probability(), percent, 0.006);
            }
        }
    }

    /** The toy's configuration asks for pictures of 64 pixels. */
    @Test
    void featuresPrintsTheShapes() {
        List<String> lines =
                printed(Features::main, resource("toy/timm.safetensors"), resource("image/golden/flower.jpg"));
        assertEquals(
                List.of("embedding (1, 72)", "stage3 (1, 72, 2, 2)"),
                lines.stream().sorted().toList());
    }

    @Test
    void galleryNamesAPictureThenAListAndDraws(@TempDir Path folder) throws IOException {
        Path weights = resource("toy/facebook.safetensors");
        Path picture = resource("image/golden/china.jpg");
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");
        Path heat = folder.resolve("heat.png");
        List<String> lines = printed(Gallery::main, weights, picture, broken, heat);
        try (ConvNeXt model = ConvNeXt.load(weights)) {
            // Java's own reader of JPEG gives other pixels, so another class might come first.
            String java =
                    model.classify(ImageIO.read(picture.toFile()), 1).get(0).label();
            String file = model.classify(picture, 1).get(0).label();
            assertEquals(List.of(java, picture + ": " + file, broken + ": cannot be read"), lines);
        }
        assertEquals(448, ImageIO.read(heat.toFile()).getWidth());
    }

    @Test
    void alikePrintsACosine() {
        Path weights = resource("toy/facebook.safetensors");
        Path china = resource("image/golden/china.jpg");
        assertEquals(1, number(printed(Alike::main, weights, china, china)), 1e-4);
        double other = number(printed(Alike::main, weights, china, resource("image/golden/flower.jpg")));
        assertTrue(other > -1 && other < 0.9999, "" + other);
    }

    private static double number(List<String> lines) {
        assertEquals(1, lines.size());
        return Double.parseDouble(lines.get(0).replace(',', '.'));
    }

    @Test
    void theServiceAnswersUploads(@TempDir Path folder) throws IOException, InterruptedException {
        Path labels = Files.writeString(folder.resolve("names.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
        Path weights = resource("toy/facebook.safetensors");
        Path china = resource("image/golden/china.jpg");
        try (Service service = new Service(weights, labels);
                InputStream upload = Files.newInputStream(china);
                ConvNeXt model = ConvNeXt.load(weights)) {
            int index = model.classify(china, 1).get(0).index();
            assertEquals("abcdefghij".substring(index, index + 1), service.answer(upload, "china"));
            String sorry = service.answer(InputStream.nullInputStream(), "nothing");
            assertEquals("sorry: nothing: is empty; give a JPEG, PNG, GIF, BMP or WebP picture", sorry);
        }
    }

    /** A program. */
    private interface Program {
        void run(String[] args) throws IOException;
    }

    private static List<String> printed(Program main, Path... files) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            main.run(Arrays.stream(files).map(Path::toString).toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String unixText(Path file) throws IOException {
        return Files.readString(file).replace("\r\n", "\n");
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(ReadmeTest.class.getResource("/org/convnext4j/model/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
