package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders and a model's labels are matched by name, end to end. */
class ClassNamesTest {
    private static final int SIDE = 16;

    @TempDir
    private Path temp;

    /** A class of plain pictures. */
    private void pictures(Path folder, int count, int rgb) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < SIDE * SIDE; p++) {
                image.setRGB(p % SIDE, p / SIDE, rgb + i);
            }
            assertTrue(ImageIO.write(image, "png", folder.resolve(i + ".png").toFile()));
        }
    }

    private Path trainedOnAntBeeCat(Path data) throws IOException {
        pictures(data.resolve("train/ant"), 8, 0xc00000);
        pictures(data.resolve("train/bee"), 8, 0x00c000);
        pictures(data.resolve("train/cat"), 8, 0x0000c0);
        Path out = temp.resolve("run");
        Cli.Result result = train(data, out, 12);
        assertEquals(0, result.code(), result.err());
        return out.resolve("model.safetensors");
    }

    private static Cli.Result train(Path data, Path out, int epochs, Object... rest) {
        List<Object> words = new ArrayList<>(List.of("train", "--data", data, "--out", out, "--threads", 2));
        words.addAll(
                List.of("--depths", "1,1,1,1", "--dims", "8,8,16,16", "--patch", 2, "--batch", 8, "--epochs", epochs));
        words.addAll(
                List.of("--lr", "0.004", "--set", "augmentation.pictureSize=16", "--set", "augmentation.padding=1"));
        words.addAll(List.of("--set", "optimizer.referenceBatch=0", "--set", "schedule.warmupEpochs=1"));
        words.addAll(List.of("--set", "augmentation.erase=0", "--set", "augmentation.cutmix=0"));
        words.addAll(List.of("--set", "ema.decay=0"));
        words.addAll(List.of(rest));
        return Cli.run(words.toArray());
    }

    @Test
    void evaluateMatchesByName() throws IOException {
        Path model = trainedOnAntBeeCat(temp.resolve("data"));
        // By position bee would be taken for ant, and dog for cat.
        Path other = temp.resolve("other");
        pictures(other.resolve("valid/bee"), 3, 0x00c010);
        pictures(other.resolve("valid/cat"), 3, 0x0010c0);
        pictures(other.resolve("valid/dog"), 6, 0xc0c0c0);
        Files.createDirectories(other.resolve("valid/__MACOSX"));
        Cli.Result failed = Cli.run("evaluate", "--model", model, "--data", other);
        assertEquals(1, failed.code());
        assertTrue(
                failed.err().contains("not among the classes of the model: dog; the model has also ant"), failed.err());
        assertTrue(failed.err().contains("--allow-missing"), failed.err());
        Cli.Result left = Cli.run("evaluate", "--model", model, "--data", other, "--allow-missing", "--json");
        JsonNode json = left.json();
        assertEquals(6, json.path("images").asInt());
        assertEquals(1, json.path("top1").asDouble());
        assertEquals(6, json.path("leftOutImages").asInt());
        assertEquals("dog", json.path("leftOutClasses").path(0).asText());
        assertTrue(left.err().contains("valid is taken for val"), left.err());
        Cli.Result table = Cli.run("evaluate", "--model", model, "--data", other, "--allow-missing");
        assertTrue(table.out().lines().anyMatch(line -> line.strip().startsWith("bee")), table.out());
        assertFalse(table.out().lines().anyMatch(line -> line.strip().startsWith("ant")), table.out());
    }

    @Test
    void trainingNeedsNoValidationPictureOfEachClass() throws IOException {
        Path data = temp.resolve("data");
        trainedOnAntBeeCat(data);
        Files.createDirectories(data.resolve("testing"));
        Cli.Result unmeasured = train(data, temp.resolve("unmeasured"), 1);
        assertEquals(
                1,
                unmeasured
                        .err()
                        .lines()
                        .filter(line -> line.contains("nothing is measured"))
                        .count());
        assertTrue(unmeasured.err().contains("its folders testing are not used"), unmeasured.err());
        pictures(data.resolve("val/ant"), 2, 0xc00000);
        pictures(data.resolve("val/bee"), 2, 0x00c000);
        Files.createDirectories(data.resolve("val/cat"));
        Cli.Result measured = train(data, temp.resolve("measured"), 1);
        assertEquals(0, measured.code(), measured.err());
        assertTrue(measured.err().contains("1 class of the training data without pictures here: cat"), measured.err());
        assertTrue(measured.out().contains("epoch 1 of 1"), measured.out());
        pictures(data.resolve("val/dog"), 2, 0x404040);
        assertEquals(1, train(data, temp.resolve("strange"), 1).code());
        Cli.Result left = train(data, temp.resolve("left"), 1, "--allow-missing");
        assertEquals(0, left.code(), left.err());
        assertTrue(left.err().contains("left out 2 of "), left.err());
    }
}
