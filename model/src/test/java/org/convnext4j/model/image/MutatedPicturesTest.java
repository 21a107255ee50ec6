package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files give a picture or an {@link ImageException}, within bounds of time and memory; anything else fails the
 * test. The property {@code convnext4j.mutants} sets how many there are of each file.
 */
@Tag("slow")
class MutatedPicturesTest {
    private static final int ROUNDS = Integer.getInteger("convnext4j.mutants", 300);
    private static final int MAX_PIXELS = 1_000_000;
    /** What a decoder may allocate for a picture of the limit. */
    private static final long MOST_BYTES = 100L * MAX_PIXELS;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "rgb.png",
                "palette.png",
                "rgba16.png",
                "animated.gif",
                "offset.gif",
                "palette.bmp",
                "rgb555.bmp",
                "lossy.webp",
                "lossless.webp",
                "lossy-alpha.webp",
                "exif6.webp",
                "webp/method6.webp",
                "webp/simple-filter.webp",
                "webp/partitions8.webp",
                "webp/photo-lossless.webp",
                "webp/many-colors.webp",
                "webp/text-lossless.webp",
                "webp/alpha-filtered.webp",
                "webp/alpha-raw.webp",
                "animated.webp"
            })
    void neverAnythingElse(String file) {
        byte[] original = Resources.bytes(file.startsWith("webp/") ? file : "formats/" + file);
        ImageReader reader = new ImageReader(new ReadOptions(MAX_PIXELS, true));
        Random random = new Random(file.hashCode());
        AtomicInteger refused = new AtomicInteger();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] data = mutate(original, random);
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                try {
                    reader.read(data, file);
                } catch (ImageException e) {
                    refused.incrementAndGet();
                    assertTrue(Resources.message(e).startsWith(file + ": "), () -> Resources.message(e));
                }
                long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
                assertTrue(allocated < MOST_BYTES, () -> allocated + " bytes allocated");
            });
        }
        assertTrue(refused.get() > 0, "no mutation did any harm");
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] data = original.clone();
        int edits = 1 + random.nextInt(6);
        // headers are where the interesting bytes are
        int reach = random.nextBoolean() ? Math.min(80, data.length) : data.length;
        for (int i = 0; i < edits; i++) {
            int at = random.nextInt(reach);
            switch (random.nextInt(4)) {
                case 0 -> data[at] = (byte) random.nextInt(256);
                case 1 -> data[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> data[at] = (byte) (random.nextBoolean() ? 0 : 255);
                default -> {
                    int length = Math.min(data.length - at, random.nextInt(20));
                    System.arraycopy(original, random.nextInt(data.length - length + 1), data, at, length);
                }
            }
        }
        return data;
    }
}
