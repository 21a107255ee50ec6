package org.convnext4j.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.convnext4j.model.ConvNeXt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of fine-tuning runs, on a few pictures of three classes with a checkpoint of ten. */
class FineTuneTest {
    private static final List<String> CLASSES = List.of("blue", "green", "red");

    @TempDir
    private Path temp;

    @Test
    void theFineTunedModelKnowsTheFoldersClasses() throws IOException, URISyntaxException {
        Path pictures = temp.resolve("pictures");
        for (int label = 0; label < CLASSES.size(); label++) {
            for (int i = 0; i < 4; i++) {
                write(pictures.resolve("train"), label, i);
            }
            write(pictures.resolve("val"), label, 4);
        }
        Path weights = Path.of(
                Objects.requireNonNull(FineTuneTest.class.getResource("/org/convnext4j/model/toy/facebook.safetensors"))
                        .toURI());
        Path run = temp.resolve("run");
        String printed = printed(weights.toString(), pictures.toString(), run.toString());
        assertTrue(printed.matches("top-1 [0-9]+[.,][0-9] %\\R"), printed);
        try (ConvNeXt before = ConvNeXt.load(weights);
                ConvNeXt model = ConvNeXt.load(run.resolve("model.safetensors"))) {
            assertEquals(10, before.config().classes());
            assertEquals(before.config().withClasses(3), model.config());
            assertEquals(CLASSES, model.labels().names());
            assertEquals(3, model.classify(pictures.resolve("val/red/4.png"), 5).size());
        }
    }

    private static void write(Path split, int label, int number) throws IOException {
        SplittableRandom random = new SplittableRandom(10L * label + number);
        BufferedImage image = new BufferedImage(70, 60, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, (128 + random.nextInt(128)) << (8 * label));
            }
        }
        Path folder = Files.createDirectories(split.resolve(CLASSES.get(label)));
        assertTrue(ImageIO.write(image, "png", folder.resolve(number + ".png").toFile()));
    }

    private static String printed(String... args) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            FineTune.main(args);
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
