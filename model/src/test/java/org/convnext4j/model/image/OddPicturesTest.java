package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kinds of picture that are rare, against what Pillow makes of them, and those that are refused. */
class OddPicturesTest {
    private static final ImageReader READER = new ImageReader();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "440.jpg",
                "440-progressive.jpg",
                "coarse-440.jpg",
                "411.jpg",
                "410-restart.jpg",
                "vertical4.jpg",
                "mixed-chroma.jpg",
                "fine-chroma.jpg",
                "fine-chroma-rows.jpg",
                "three-to-one.jpg",
                "three-by-two.jpg",
                "grey-2x2.jpg",
                "rgb-422.jpg",
                "single-scans.jpg",
                "refined.jpg",
                "smoothed-colour.jpg",
                "smoothed-grey.jpg",
                "smoothed-parts.jpg",
                "smoothed-refined.jpg",
                "smoothed-two-columns.jpg",
                "smoothed-last-rows.jpg",
                "overflow.jpg",
                "quality1.jpg",
                "cmyk-sampled.jpg",
                "palette-short.png",
                "palette-none.png",
                "palette2-trns.png",
                "rgba-trns.png",
                "icc-damaged.png",
                "interlaced-low.gif"
            })
    void equalsPillow(String file) {
        RgbImage expected = Resources.picture("odd/expected/" + file + ".png");
        assertArrayEquals(new int[] {0, 0}, Resources.difference(expected, Resources.picture("odd/" + file)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\1", "\1\1", "\0\0abc", "\2\1the second part", "\1\3one of three", "\1\1a CMYK profile"})
    void brokenProfilesAreIgnored(String rest) {
        byte[] jpeg = Resources.bytes("formats/rgb.jpg");
        byte[] body = ("ICC_PROFILE\0" + rest).getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe2, 0, (byte) (body.length + 2)});
        out.writeBytes(body);
        out.write(jpeg, 2, jpeg.length - 2);
        assertEquals(READER.read(jpeg, "plain"), READER.read(out.toByteArray(), "with profile"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0xc9, with arithmetic coding",
        "0, 0xc3, with lossless coding",
        "0, 0xc5, with hierarchical coding",
        "3, 12, of 12 bits a sample",
        "13, 0x31, without a whole ratio"
    })
    void kindsThatAreNotReadAreNamed(int place, String value, String reason) {
        byte[] data = Resources.bytes("formats/rgb.jpg");
        // one byte of the frame's segment, counted from its marker's code
        data[frame(data, 0xc0) + place] = Integer.decode(value).byteValue();
        ImageException e = assertThrows(ImageException.class, () -> READER.read(data, "kind.jpg"));
        assertTrue(
                Resources.message(e).startsWith("kind.jpg: is a JPEG ")
                        && Resources.message(e).contains(reason),
                () -> Resources.message(e));
    }

    @Test
    void tooManyScansAreRefusedBeforeTheyAreDecoded() {
        byte[] data = Resources.bytes("formats/progressive.jpg");
        int frame = frame(data, 0xc2);
        byte[] size = {10_000 >> 8, 10_000 & 0xff};
        System.arraycopy(size, 0, data, frame + 4, 2);
        System.arraycopy(size, 0, data, frame + 6, 2);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(data, 0, frame(data, 0xda) - 1);
        for (int i = 0; i < 100; i++) {
            out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, data[frame + 9], 0, 1, 63, 0});
        }
        ImageException e = assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThrows(ImageException.class, () -> READER.read(out.toByteArray(), "scans.jpg")));
        assertTrue(Resources.message(e).contains("100 scans"), () -> Resources.message(e));
    }

    @Test
    void progressiveScansHaveNoStandardTables() {
        byte[] data = Resources.bytes("formats/progressive.jpg");
        // the tables become a comment
        data[frame(data, 0xc4)] = (byte) 0xfe;
        ImageException e = assertThrows(ImageException.class, () -> READER.read(data, "tables.jpg"));
        assertTrue(Resources.message(e).contains("Huffman table 0 is missing"), () -> Resources.message(e));
    }

    @Test
    void aDamagedRestartMarkerIsFoundAgain() {
        byte[] data = Resources.bytes("odd/410-restart.jpg");
        RgbImage whole = READER.read(data, "whole");
        byte[] longer = Arrays.copyOf(data, data.length + 2);
        int marker = frame(data, 0xd0) - 1;
        System.arraycopy(data, marker, longer, marker + 2, data.length - marker);
        // two stray bytes before the marker
        longer[marker] = 0x55;
        longer[marker + 1] = 0x2a;
        assertEquals(whole, READER.read(longer, "stray bytes"));
    }

    private static int frame(byte[] jpeg, int code) {
        int at = 0;
        while ((jpeg[at] & 0xff) != 0xff || (jpeg[at + 1] & 0xff) != code) {
            at++;
        }
        return at + 1;
    }
}
