package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
    private static final ImageReader TURNING = new ImageReader(ReadOptions.DEFAULTS.withOrientation(true));

    // A picture of two rows, 1 2 3 over 4 5 6, as it must be shown under each of the eight numbers.
    @ParameterizedTest
    @CsvSource({
        "1, 2, 123456",
        "2, 2, 321654",
        "3, 2, 654321",
        "4, 2, 456123",
        "5, 3, 142536",
        "6, 3, 415263",
        "7, 3, 635241",
        "8, 3, 362514"
    })
    void turnsAsTheTagSays(int tag, int height, String expected) {
        RgbImage turned = Orientation.ofTag(tag).apply(picture(2, 3, "123456"));
        assertEquals(picture(height, 6 / height, expected), turned);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsTheTagOfBothByteOrders(int tag) {
        byte[] jpeg = Resources.bytes("formats/rgb.jpg");
        RgbImage stored = new ImageReader().read(jpeg, "rgb.jpg");
        for (boolean big : new boolean[] {true, false}) {
            byte[] tagged = withExif(jpeg, tag, big);
            assertEquals(stored, new ImageReader().read(tagged, "off"));
            assertEquals(Orientation.ofTag(tag).apply(stored), TURNING.read(tagged, "on"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exif6.jpg", "exif6.png", "exif6.webp"})
    void readsWhatPillowWrote(String file) {
        byte[] data = Resources.bytes("formats/" + file);
        RgbImage stored = new ImageReader().read(data, file);
        assertEquals(Orientation.CLOCKWISE.apply(stored), TURNING.read(data, file));
        assertNotEquals(stored.height(), TURNING.read(data, file).height());
        RgbImage expected = Resources.picture("formats/expected/" + file + ".png");
        assertArrayEquals(new int[] {0, 0}, Resources.difference(expected, stored));
    }

    @Test
    void aSenselessTagIsIgnored() {
        byte[] jpeg = Resources.bytes("formats/rgb.jpg");
        assertEquals(TURNING.read(jpeg, "none"), TURNING.read(withExif(jpeg, 9, true), "nine"));
        assertEquals(Orientation.UPRIGHT, Orientation.ofTag(0));
    }

    // SHORT, LONG, SBYTE, SSHORT, SLONG and IFD as Pillow reads them; BYTE, ASCII and UNDEFINED are no number for it.
    @ParameterizedTest
    @CsvSource({
        "3, 2, true",
        "4, 4, true",
        "6, 1, true",
        "8, 2, true",
        "9, 4, true",
        "13, 4, true",
        "1, 1, false",
        "2, 1, false",
        "7, 1, false",
        "77, 4, false"
    })
    void readsOtherTypesThanTheStandards(int type, int bytes, boolean counts) {
        byte[] jpeg = Resources.bytes("formats/rgb.jpg");
        RgbImage stored = new ImageReader().read(jpeg, "rgb.jpg");
        RgbImage expected = counts ? Orientation.CLOCKWISE.apply(stored) : stored;
        for (boolean big : new boolean[] {true, false}) {
            assertEquals(expected, TURNING.read(withExif(jpeg, 6, big, type, bytes), "type " + type));
        }
    }

    private static byte[] withExif(byte[] jpeg, int tag, boolean big) {
        return withExif(jpeg, tag, big, 3, 2);
    }

    private static byte[] withExif(byte[] jpeg, int tag, boolean big, int type, int bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0});
        byte[] order = big ? new byte[] {'M', 'M', 0, '*'} : new byte[] {'I', 'I', '*', 0};
        out.writeBytes(order);
        number(out, 8, 4, big);
        number(out, 1, 2, big);
        number(out, 0x112, 2, big);
        number(out, type, 2, big);
        number(out, 1, 4, big);
        number(out, tag, bytes, big);
        number(out, 0, 4 - bytes, big);
        number(out, 0, 4, big);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value, int bytes, boolean big) {
        for (int i = 0; i < bytes; i++) {
            out.write(value >>> (8 * (big ? bytes - 1 - i : i)));
        }
    }

    private static RgbImage picture(int height, int width, String values) {
        byte[] data = new byte[height * width * 3];
        for (int i = 0; i < values.length(); i++) {
            data[3 * i] = (byte) values.charAt(i);
            data[3 * i + 1] = (byte) (values.charAt(i) + 100);
            data[3 * i + 2] = (byte) (values.charAt(i) - 40);
        }
        return new RgbImage(height, width, data);
    }
}
