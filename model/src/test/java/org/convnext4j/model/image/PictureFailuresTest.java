package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.convnext4j.model.failure.ModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFailuresTest {
    private final PictureFailures failures = new PictureFailures();

    @Test
    void whatRanOutOfMemoryBesideOthersIsTriedAlone() {
        AtomicInteger calls = new AtomicInteger();
        int result = failures.prepare("a.png", () -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException(new OutOfMemoryError("Java heap space"));
            }
            return 7;
        });
        assertEquals(7, result);
        assertEquals(2, calls.get());
    }

    @Test
    void everyFailureNamesThePictureAndItsReason() {
        assertTrue(message(new OutOfMemoryError("Java heap space")).contains("a.png: needs more memory than is free"));
        assertTrue(
                message(new StackOverflowError()).contains("a.png: cannot be prepared (java.lang.StackOverflowError"));
        assertTrue(message(new IllegalArgumentException("too thin")).contains("a.png: cannot be prepared (too thin)"));
        ModelException known = new ModelException("a.png: is empty");
        assertSame(known, PictureFailures.of("a.png", known));
    }

    private String message(Throwable problem) {
        ModelException e = assertThrows(
                ModelException.class,
                () -> failures.prepare("a.png", () -> {
                    if (problem instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) problem;
                }));
        return Resources.message(e);
    }

    @Test
    void filesBeyondTheLimitAreRefusedByTheirSize(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("large.bmp");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.writeBytes("BM");
            sparse.setLength(3L << 30);
        }
        ImageException e = assertThrows(ImageException.class, () -> new ImageReader().read(file));
        assertTrue(Resources.message(e).contains("has more than 536870912 bytes"), () -> Resources.message(e));
    }

    @Test
    void aPictureBeyondTheHeapSaysWhatItNeeds() {
        ImageException e = assertThrows(
                ImageException.class, () -> PictureMemory.require("a.png", Long.MAX_VALUE, "decode 1 x 1 pixels"));
        assertTrue(
                Resources.message(e).contains("MB of memory to decode 1 x 1 pixels")
                        && Resources.message(e).contains("-Xmx"),
                () -> Resources.message(e));
    }

    @Test
    void aStripTooThinForThePresetIsNamed() {
        RgbImage strip = new RgbImage(1, 10_000_000, new byte[30_000_000]);
        Preprocessor preprocessor = Preset.byName("timm-224").preprocessor();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> preprocessor.toPicture(strip));
        assertTrue(Resources.message(e).contains("10000000 x 1 is too thin"), () -> Resources.message(e));
    }
}
