package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebP pictures of every kind against libwebp's pixels, and files that promise more than they hold. */
class WebpPicturesTest {
    private static final ImageReader READER = new ImageReader();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "method0",
                "method1",
                "method6",
                "coarse",
                "fine",
                "simple-filter",
                "sharpness5",
                "partitions8",
                "lossy-text",
                "lossy-column",
                "lossy-row",
                "lossy-pixel",
                "lossy-even",
                "alpha-raw",
                "alpha-filtered",
                "alpha-levels",
                "photo-lossless",
                "gradient-lossless",
                "near-lossless",
                "two-colors",
                "four-colors",
                "sixteen-colors",
                "many-colors",
                "text-lossless",
                "solid",
                "alpha-lossless"
            })
    void equalsLibwebp(String name) {
        RgbImage expected = Resources.picture("webp/" + name + ".png");
        RgbImage actual = Resources.picture("webp/" + name + ".webp");
        assertArrayEquals(new int[] {0, 0}, Resources.difference(expected, actual));
    }

    /** 182 bytes that announce tens of thousands of prefix codes. */
    @Test
    void codesWithoutEndAreRefusedAtOnce() {
        byte[] data = Resources.bytes("webp/endless-codes.webp");
        String message = refused(data, 1 << 20);
        assertTrue(message.contains("damaged"), message);
    }

    /** The pixel limit lets these through, so the decoder has to see that the data cannot be enough. */
    @Test
    void aFewBytesOfLossyDataDoNotMakeAHugePicture() {
        byte[] data = Resources.bytes("webp/method6.webp");
        setLossySize(data, 9_999, 9_999);
        assertTrue(refused(data, 1 << 20).contains("is truncated"));
    }

    @Test
    void hugeLossySizesAreRefusedBeforeDecoding() {
        byte[] data = Resources.bytes("webp/method6.webp");
        setLossySize(data, 16_383, 16_383);
        String message = refused(data, 1 << 20);
        assertTrue(message.contains("16383 x 16383") && message.contains("more than the limit of 100000000"), message);
    }

    /** A picture of one colour has no data for its pixels at all. */
    @Test
    void onePixelsDataMayFillAPicture() {
        assertTrue(Resources.bytes("webp/solid.webp").length < 50);
        assertEquals(200, Resources.picture("webp/solid.webp").width());
    }

    @ParameterizedTest
    @CsvSource({"alpha-filtered.webp, ALPH", "alpha-raw.webp, ALPH", "alpha-levels.webp, ALPH"})
    void alphaThatIsCutOffIsAnError(String file, String chunk) {
        byte[] data = Resources.bytes("webp/" + file);
        int at = place(data, chunk);
        int size = (data[at + 4] & 0xff) | (data[at + 5] & 0xff) << 8;
        int padded = size + (size & 1);
        // a chunk of half the alpha, and the picture behind it as it was
        int half = (size / 2) & ~1;
        byte[] cut = Arrays.copyOf(data, data.length - padded + half);
        System.arraycopy(data, at + 8 + padded, cut, at + 8 + half, data.length - at - 8 - padded);
        putInt(cut, 4, cut.length - 8);
        putInt(cut, at + 4, half);
        assertTrue(refused(cut, 1 << 20).contains("is truncated"));
    }

    @Test
    void aCanvasOfAnotherSizeIsAnError() {
        byte[] data = Resources.bytes("webp/alpha-raw.webp");
        data[24]++;
        assertTrue(refused(data, 1 << 20).contains("on a canvas of 21 x 13"));
    }

    @Test
    void aFrameBeyondItsCanvasIsAnError() {
        byte[] data = Resources.bytes("formats/animated.webp");
        data[place(data, "ANMF") + 8] = 100;
        assertTrue(refused(data, 1 << 20).contains("beyond its canvas"));
    }

    @Test
    void aFileWithoutPictureIsAnError() {
        byte[] data = Resources.bytes("webp/lossy-pixel.webp");
        data[15] = '!';
        assertTrue(refused(data, 1 << 20).contains("no picture"));
    }

    // The message, after a check that few bytes were allocated.
    private static String refused(byte[] data, long mostBytes) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        ImageException e = assertThrows(ImageException.class, () -> READER.read(data, "hostile.webp"));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < mostBytes, allocated + " bytes allocated");
        String message = Resources.message(e);
        assertTrue(message.startsWith("hostile.webp: "), message);
        return message;
    }

    private static void setLossySize(byte[] data, int width, int height) {
        int start = place(data, "VP8 ") + 8 + 6;
        putInt(data, start, width | height << 16);
    }

    private static int place(byte[] data, String tag) {
        for (int i = 12; ; i++) {
            if (Bytes.isText(data, i, tag)) {
                return i;
            }
        }
    }

    private static void putInt(byte[] data, int at, int value) {
        for (int i = 0; i < 4; i++) {
            data[at + i] = (byte) (value >> (8 * i));
        }
    }
}
