package org.convnext4j.model.bulk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class PictureStreamTest {
    private static final Preprocessor PREPROCESSOR = Preprocessor.squash(9, Interpolation.BILINEAR);

    @TempDir
    private Path folder;

    private Path picture(String name, int shade) throws IOException {
        BufferedImage image = new BufferedImage(11, 13, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 13; y++) {
            for (int x = 0; x < 11; x++) {
                image.setRGB(x, y, (shade * 40_503 + 9 * y + x) & 0xffffff);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private PictureStream stream(int batch, int threads) {
        return stream(new PictureWalk(List.of(folder)), StreamOptions.of(batch, threads));
    }

    private static PictureStream stream(Iterator<Found> files, StreamOptions options) {
        return PictureStream.open(files, new ImageReader(), PREPROCESSOR, options);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "4, 3", "7, 1", "17, 5", "23, 2", "24, 2", "25, 2", "64, 7"})
    void batchesAreFullInOrderAndHoldWhatOneByOneGives(int batch, int threads) throws IOException {
        List<Path> readable = new ArrayList<>();
        List<Path> broken = new ArrayList<>();
        for (int i = 0; i < 29; i++) {
            String name = String.format("d%d/p%02d.png", i / 10, i);
            if (i % 6 == 5) {
                broken.add(Files.writeString(
                        Files.createDirectories(folder.resolve("d" + i / 10)).resolve(String.format("p%02d.png", i)),
                        "no picture"));
            } else {
                readable.add(picture(name, i));
            }
        }
        assertEquals(25, readable.size());
        List<Path> seen = new ArrayList<>();
        try (PictureStream stream = stream(batch, threads);
                Arena arena = Arena.ofConfined()) {
            while (stream.hasNext()) {
                PictureBatch next = stream.next();
                boolean last = seen.size() + next.size() == readable.size();
                assertTrue(next.size() == batch || last, "a batch of " + next.size());
                float[] input = next.input().toArray();
                int sample = input.length / next.size();
                for (int n = 0; n < next.size(); n++) {
                    float[] alone = PREPROCESSOR
                            .toTensor(new ImageReader().read(next.files().get(n)), arena)
                            .toArray();
                    assertArrayEquals(alone, Arrays.copyOfRange(input, n * sample, (n + 1) * sample));
                }
                seen.addAll(next.files());
            }
            assertEquals(broken, stream.unusable().stream().map(Unusable::path).toList());
            for (Unusable one : stream.unusable()) {
                assertTrue(String.valueOf(one.problem().getMessage())
                        .startsWith(one.path().toString()));
            }
            assertThrows(NoSuchElementException.class, stream::next);
        }
        assertEquals(readable, seen);
    }

    @Test
    void whateverOnePictureThrowsTheOthersAreDone() throws IOException {
        List<Path> sound = new ArrayList<>();
        Map<Path, Throwable> failing = new LinkedHashMap<>();
        List<Throwable> problems = List.of(
                new OutOfMemoryError("Java heap space"),
                new StackOverflowError(),
                new IllegalStateException("a fault"),
                new IllegalArgumentException("too thin"));
        for (int i = 0; i < problems.size(); i++) {
            failing.put(picture(String.format("%d-failing.png", i), i), problems.get(i));
            sound.add(picture(String.format("%d-sound.png", i), i));
        }
        ImageReader reader = new ImageReader();
        List<Path> seen = new ArrayList<>();
        try (PictureStream stream = PictureStream.open(
                new PictureWalk(List.of(folder)),
                file -> {
                    Throwable problem = failing.get(file);
                    if (problem instanceof Error error) {
                        throw error;
                    } else if (problem != null) {
                        throw (RuntimeException) problem;
                    }
                    return PREPROCESSOR.toPicture(reader, file);
                },
                PREPROCESSOR,
                StreamOptions.of(3, 2))) {
            while (stream.hasNext()) {
                seen.addAll(stream.next().files());
            }
            assertEquals(
                    List.copyOf(failing.keySet()),
                    stream.unusable().stream().map(Unusable::path).toList());
            String first = String.valueOf(stream.unusable().get(0).problem().getMessage());
            assertTrue(first.contains("0-failing.png: needs more memory than is free"), first);
        }
        assertEquals(sound, seen);
    }

    /** The walk is asked for no more files than there are places for. */
    @Test
    void nothingRunsFurtherAheadThanAllowed() throws Exception {
        Path file = picture("a.png", 1);
        AtomicInteger walked = new AtomicInteger();
        Iterator<Found> files = Stream.generate(() -> Found.file(file))
                .peek(found -> walked.incrementAndGet())
                .limit(100_000)
                .iterator();
        try (PictureStream stream = stream(files, new StreamOptions(4, 3, 10))) {
            for (int batches = 1; batches <= 5; batches++) {
                stream.next();
                Thread.sleep(50);
                assertTrue(walked.get() <= 4 * batches + 10, walked + " after " + batches);
            }
        }
    }

    @Test
    void aWalkThatFailsIsToldOfAndEndsTheStream() throws IOException {
        Path file = picture("a.png", 1);
        AtomicInteger walked = new AtomicInteger();
        Iterator<Found> files = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Found next() {
                if (walked.incrementAndGet() > 5) {
                    throw new IllegalStateException("the disk is gone");
                }
                return Found.file(file);
            }
        };
        try (PictureStream stream = stream(files, new StreamOptions(3, 2, 4))) {
            assertEquals(3, stream.next().size());
            assertEquals(2, stream.next().size());
            assertFalse(stream.hasNext());
            assertEquals(1, stream.unusable().size());
            assertTrue(String.valueOf(stream.unusable().get(0).problem().getMessage())
                    .contains("the disk is gone"));
        }
    }

    @Test
    void closingEarlyEndsTheThreadsAndAnInterruptEndsTheWaiting() throws IOException {
        Path file = picture("a.png", 1);
        Iterator<Found> endless = Stream.generate(() -> Found.file(file)).iterator();
        PictureStream stream = stream(endless, StreamOptions.of(2, 3));
        stream.next();
        stream.close();
        stream.close();
        assertFalse(stream.hasNext());
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("convnext4j-pictures")));
        try (PictureStream interrupted =
                stream(Stream.generate(() -> Found.file(file)).iterator(), StreamOptions.of(2, 1))) {
            Thread.currentThread().interrupt();
            assertThrows(ModelException.class, interrupted::next);
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void optionsOutsideTheirRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new StreamOptions(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new StreamOptions(5000, 1, 5000));
        assertThrows(IllegalArgumentException.class, () -> new StreamOptions(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new StreamOptions(4, 1, 3));
    }

    private List<String> walk(PictureWalk walk) {
        List<String> found = new ArrayList<>();
        walk.forEachRemaining(step -> found.add(step.problem()
                .map(ModelException::getMessage)
                .orElseGet(() -> folder.relativize(step.path()).toString())));
        return found;
    }

    @Test
    void aWalkIsSortedLeavesOthersOutAndGivesNamedFilesAsTheyAre() throws IOException {
        for (String name : List.of("b/2.JPG", "b/10.webp", "b/.x/1.png", "a.jpeg", "c/d/e.gif", ".h.png", "n.txt")) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), "");
        }
        Files.createDirectories(folder.resolve("e.png/empty"));
        List<String> expected = List.of("a.jpeg", "b/10.webp", "b/2.JPG", "c/d/e.gif");
        assertEquals(expected, walk(new PictureWalk(List.of(folder))));
        List<Path> named = List.of(folder.resolve("n.txt"), folder.resolve("c"), folder.resolve("gone"));
        assertEquals(List.of("n.txt", "c/d/e.gif", "gone"), walk(new PictureWalk(named)));
        assertEquals(
                List.of("b/10.webp", "c/d/e.gif"),
                walk(new PictureWalk(
                        List.of(folder),
                        path -> !path.toString().toLowerCase(Locale.ROOT).endsWith("g"))));
    }

    @Test
    void foldersThatCannotBeUsedDoNotEndTheWalk() throws IOException {
        picture("b/1.png", 1);
        Path empty = Files.createDirectories(folder.resolve("z/empty"));
        Files.createSymbolicLink(folder.resolve("b/loop"), folder);
        List<String> found = walk(new PictureWalk(List.of(empty, folder)));
        assertEquals(3, found.size(), found.toString());
        assertTrue(found.get(0).startsWith(empty + ": has no pictures"), found.get(0));
        assertEquals("b/1.png", found.get(1));
        assertTrue(found.get(2).startsWith(folder.resolve("b/loop") + ": leads back to " + folder), found.get(2));
        assertEquals(
                List.of(),
                walk(new PictureWalk(List.of(folder.resolve("b")), path -> false)).stream()
                        .filter(line -> line.contains("has no pictures"))
                        .toList());
    }

    @Test
    void cosineIsThatOfTheAngle() {
        assertEquals(1, Similarity.cosine(new float[] {1, 2, 3}, new float[] {2, 4, 6}), 1e-15);
        assertEquals(-1, Similarity.cosine(new float[] {1, 2}, new float[] {-1, -2}), 1e-15);
        assertEquals(0, Similarity.cosine(new float[] {1, 0}, new float[] {0, 5}), 0);
        assertEquals(Math.sqrt(0.5), Similarity.cosine(new float[] {1, 0}, new float[] {3, 3}), 1e-12);
        assertEquals(0, Similarity.cosine(new float[2], new float[] {1, 1}), 0);
        assertThrows(IllegalArgumentException.class, () -> Similarity.cosine(new float[2], new float[3]));
        float[] large = new float[1_000];
        IntStream.range(0, large.length).forEach(i -> large[i] = 1e30f);
        assertEquals(1, Similarity.cosine(large, large), 1e-12, "no overflow");
    }
}
