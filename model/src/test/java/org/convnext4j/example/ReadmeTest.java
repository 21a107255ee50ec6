package org.convnext4j.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.junit.jupiter.api.Test;

/** The README's Java is these very files, and they run. */
class ReadmeTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\R(.*?)^```$");
    private static final String PACKAGE = "package org.convnext4j.example;\n\n";

    @Test
    void theCodeOfTheReadmeIsTheCodeTestedHere() throws IOException {
        // Surefire starts in the module's folder, an IDE often in the project's.
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.exists(here.resolve("README.md")) ? here : Objects.requireNonNull(here.getParent());
        List<String> blocks = JAVA_BLOCK
                .matcher(unixText(root.resolve("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        Path sources = root.resolve("model/src/test/java/org/convnext4j/example");
        assertEquals(
                List.of(
                        unixText(sources.resolve("Classify.java")).replace(PACKAGE, ""),
                        unixText(sources.resolve("Features.java")).replace(PACKAGE, ""),
                        unixText(sources.resolve("FineTune.java")).replace(PACKAGE, "")),
                blocks);
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

    private static List<String> printed(Consumer<String[]> main, Path weights, Path picture) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            main.accept(new String[] {weights.toString(), picture.toString()});
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
