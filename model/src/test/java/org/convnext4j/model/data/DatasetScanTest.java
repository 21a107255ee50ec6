package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.ReadOptions;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetScanTest {
    @TempDir
    private Path root;

    private static byte[] encoded(String format, int height, int width, long seed) throws IOException {
        RgbImage noise = TestPictures.noise(height, width, seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, noise.sample(y, x, 0) << 16 | noise.sample(y, x, 1) << 8 | noise.sample(y, x, 2));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, bytes));
        return bytes.toByteArray();
    }

    private Path put(String name, byte[] bytes) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    private ScanReport scan() {
        return DatasetScan.of(root, new ImageReader(), 2, (done, pictures) -> true);
    }

    private static Map<Path, ScanFinding.Kind> kinds(ScanReport report) {
        Map<Path, ScanFinding.Kind> kinds = new TreeMap<>();
        report.findings().forEach(finding -> {
            assertTrue(finding.message().startsWith(finding.file() + ": "), finding.message());
            assertEquals(null, kinds.put(finding.file(), finding.kind()), "each file once");
        });
        return kinds;
    }

    /** Eleven files that are called like pictures, in two classes, and more; with what is to be found. */
    private Map<Path, ScanFinding.Kind> broken() throws IOException {
        byte[] png = encoded("png", 40, 50, 1);
        byte[] jpeg = encoded("jpg", 60, 30, 2);
        byte[] flipped = png.clone();
        flipped[png.length / 2] ^= 0x55;
        put("train/a/1.png", png);
        put("train/a/2.jpg", jpeg);
        put("train/a/3.GIF", encoded("gif", 20, 20, 3));
        put("train/b/4.bmp", encoded("bmp", 20, 20, 4));
        Map<Path, ScanFinding.Kind> expected = new TreeMap<>();
        expected.put(put("train/a/empty.png", new byte[0]), ScanFinding.Kind.EMPTY);
        expected.put(
                put("train/a/text.jpg", "no picture".getBytes(StandardCharsets.UTF_8)), ScanFinding.Kind.NOT_A_PICTURE);
        expected.put(put("train/a/cut.png", Arrays.copyOf(png, png.length / 2)), ScanFinding.Kind.TRUNCATED);
        expected.put(put("train/b/cut.jpg", Arrays.copyOf(jpeg, jpeg.length / 2)), ScanFinding.Kind.TRUNCATED);
        expected.put(put("train/b/flipped.png", flipped), ScanFinding.Kind.DAMAGED);
        expected.put(put("train/b/really.jpg", encoded("png", 20, 20, 5)), ScanFinding.Kind.WRONG_ENDING);
        expected.put(put("train/b/icon.png", encoded("png", 8, 80, 6)), ScanFinding.Kind.TINY);
        expected.put(put("train/b/other.jfif", encoded("jpg", 20, 20, 7)), ScanFinding.Kind.LEFT_OUT);
        expected.put(put("train/b/notes.txt", new byte[3]), ScanFinding.Kind.LEFT_OUT);
        expected.put(put("train/loose.png", encoded("png", 20, 20, 8)), ScanFinding.Kind.LEFT_OUT);
        put("train/b/deeper/5.png", encoded("png", 20, 20, 9));
        expected.put(root.resolve("train/b/deeper"), ScanFinding.Kind.LEFT_OUT);
        put("train/.hidden/6.png", png);
        put("train/a/.DS_Store", new byte[1]);
        return expected;
    }

    @Test
    void everyWayToBeBrokenIsToldApart() throws IOException {
        Map<Path, ScanFinding.Kind> expected = broken();
        ScanReport report = scan();
        assertEquals(expected, kinds(report));
        assertEquals(5, report.unreadable());
        assertEquals(11, report.pictures());
        assertEquals(
                List.of(new ScanReport.ClassCount("a", 6, 3), new ScanReport.ClassCount("b", 5, 2)),
                report.splits().get(0).classes());
        assertEquals(new ScanReport.Sizes(20, 80, 8, 60, 20), report.sizes().orElseThrow());
        assertTrue(report.complete());
    }

    /** The scan and the run see the same pictures, and fail at the same ones. */
    @Test
    void itSeesWhatARunWouldSee() throws IOException {
        broken();
        ImageFolder folder = ImageFolder.open(root, Split.TRAIN);
        ScanReport report = scan();
        assertEquals(folder.size(), report.pictures());
        int failing = 0;
        for (int i = 0; i < folder.size(); i++) {
            int index = i;
            boolean unreadable = report.findings().stream()
                    .anyMatch(finding ->
                            finding.kind().isUnreadable() && finding.file().equals(folder.file(index)));
            if (unreadable) {
                failing++;
                assertThrows(RuntimeException.class, () -> folder.read(index));
            } else {
                assertTrue(folder.read(index).width() > 0);
            }
        }
        assertEquals(report.unreadable(), failing);
    }

    @Test
    void samePicturesAreFoundAcrossSplitsAndClasses() throws IOException {
        byte[] leak = encoded("png", 20, 20, 1);
        byte[] doubtful = encoded("png", 20, 20, 2);
        byte[] twice = encoded("png", 20, 20, 3);
        List<Path> leaked = List.of(put("train/a/1.png", leak), put("val/a/9.png", leak));
        List<Path> doubted = List.of(put("train/a/2.png", doubtful), put("train/b/2.png", doubtful));
        List<Path> again = List.of(put("val/b/1.png", twice), put("val/b/2.png", twice), put("val/b/3.png", twice));
        put("train/a/4.png", encoded("png", 20, 20, 4));
        // The same without a byte is not the same picture.
        put("train/a/5.png", new byte[0]);
        put("val/a/5.png", new byte[0]);
        assertEquals(
                List.of(
                        new ScanReport.Duplicates(leaked, true, false),
                        new ScanReport.Duplicates(doubted, false, true),
                        new ScanReport.Duplicates(again, false, false)),
                scan().duplicates());
    }

    @Test
    void classesThatASplitLacksAreNamed() throws IOException {
        byte[] png = encoded("png", 20, 20, 1);
        for (String place : List.of("train/cat", "train/dog", "valid/Cat", "valid/bird", "test/dog", "test/cat")) {
            put(place + "/1.png", png);
        }
        Files.createDirectories(root.resolve("valid/dog"));
        ScanReport report = scan();
        assertEquals(
                List.of("train", "valid", "test"),
                report.splits().stream().map(ScanReport.SplitCounts::name).toList());
        assertEquals(
                List.of(
                        new ScanReport.Unmatched("dog", "train", "valid"),
                        new ScanReport.Unmatched("bird", "valid", "train"),
                        new ScanReport.Unmatched("bird", "valid", "test"),
                        new ScanReport.Unmatched("dog", "test", "valid")),
                report.unmatched());
        assertEquals(
                new ScanReport.ClassCount("dog", 0, 0),
                report.splits().get(1).classes().get(2));
    }

    @Test
    void thousandsOfFilesGiveTheSameOnAnyNumberOfThreads() throws IOException {
        byte[] png = encoded("png", 16, 16, 1);
        for (int i = 0; i < 3000; i++) {
            // A broken one in a hundred; what lies behind a PNG's end is no part of the picture.
            byte[] own = Arrays.copyOf(png, i % 100 == 7 ? 40 : png.length + 1 + i);
            put("class" + i % 10 + "/" + i + ".png", own);
        }
        ScanReport report = DatasetScan.of(root, new ImageReader(), 1, (done, pictures) -> true);
        assertEquals(3000, report.pictures());
        assertEquals(30, report.unreadable());
        assertEquals("", report.splits().get(0).name());
        assertEquals(List.of(), report.duplicates(), "the broken ones, which are the same, are not counted");
        assertEquals(report, DatasetScan.of(root, new ImageReader(), 7, (done, pictures) -> true));
    }

    @Test
    void itEndsWhenAsked() throws IOException {
        byte[] png = encoded("png", 200, 200, 1);
        for (int i = 0; i < 300; i++) {
            put("a/" + i + ".png", png);
        }
        ScanReport report = DatasetScan.of(root, new ImageReader(), 1, (done, pictures) -> {
            assertEquals(300, pictures);
            return false;
        });
        assertEquals(300, report.pictures());
        assertEquals(report.complete(), report.duplicates().get(0).files().size() == 300);
    }

    @Test
    void theReadersLimitsCount() throws IOException {
        Path large = put("a/1.png", encoded("png", 40, 40, 1));
        ScanReport report = DatasetScan.of(
                root, new ImageReader(ReadOptions.DEFAULTS.withMaxPixels(1000)), 1, (done, pictures) -> true);
        assertEquals(Map.of(large, ScanFinding.Kind.DAMAGED), kinds(report));
        assertTrue(report.sizes().isEmpty());
        assertFalse(report.findings().get(0).message().isEmpty());
    }

    @Test
    void aFolderWithoutClassesIsRefused() throws IOException {
        String message =
                String.valueOf(assertThrows(DatasetException.class, this::scan).getMessage());
        assertTrue(message.contains("one folder a class"), message);
        put("1.png", new byte[1]);
        assertThrows(DatasetException.class, this::scan);
        assertThrows(
                IllegalArgumentException.class,
                () -> DatasetScan.of(root, new ImageReader(), 0, (done, pictures) -> true));
    }
}
