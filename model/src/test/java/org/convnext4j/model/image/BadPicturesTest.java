package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadPicturesTest {
    private static final ImageReader READER = new ImageReader();

    @TempDir
    Path directory;

    @Test
    void missingFile() {
        fails(directory.resolve("none.png"), "does not exist");
    }

    @Test
    void directory() {
        fails(directory, "is a directory");
    }

    @Test
    void emptyFile() throws IOException {
        fails(Files.createFile(directory.resolve("empty.png")), "is empty");
    }

    @Test
    void text() throws IOException {
        fails(Files.writeString(directory.resolve("text.jpg"), "no picture"), "not a picture of a known format");
    }

    @Test
    void unreadableFile() throws IOException {
        Path file = Files.write(directory.resolve("secret.png"), Resources.bytes("formats/rgb.png"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "this user may read everything");
        fails(file, "may not be read");
    }

    @Test
    void brokenStream() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the line is down");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
        ImageException e = assertThrows(ImageException.class, () -> READER.read(broken, "stream"));
        assertTrue(
                Resources.message(e).contains("stream") && Resources.message(e).contains("the line is down"),
                () -> Resources.message(e));
    }

    @ParameterizedTest
    @CsvSource({
        "rgb.png, 16, 4, true",
        "rgb.jpg, -1, 2, true",
        "rgb.bmp, 18, 4, false",
        "palette.gif, 6, 2, false",
        "lossless.webp, -2, 0, false"
    })
    void hugeSizesAreRefusedBeforeDecoding(String file, int at, int bytes, boolean big) throws IOException {
        byte[] data = Resources.bytes("formats/" + file);
        if (at == -2) {
            // VP8L: 14 bits of width - 1 and of height - 1 after the signature
            Arrays.fill(data, 21, 24, (byte) 0xff);
            data[24] = (byte) ((data[24] & 0xf0) | 0x0f);
        } else {
            int place = at == -1 ? frame(data) : at;
            for (int i = 0; i < 2; i++) {
                for (int b = 0; b < bytes; b++) {
                    data[place + i * bytes + b] = (byte) (60000 >> (8 * (big ? bytes - 1 - b : b)));
                }
            }
        }
        if (file.endsWith(".png")) {
            Pngs.seal(data);
        }
        Path path = Files.write(directory.resolve(file), data);
        fails(path, "more than the limit of 100000000");
    }

    @Test
    void theLimitIsInclusive() {
        byte[] data = Resources.bytes("formats/rgb.png");
        assertEquals(
                47,
                new ImageReader(ReadOptions.DEFAULTS.withMaxPixels(47 * 61))
                        .read(data, "x")
                        .height());
        ImageReader tight = new ImageReader(ReadOptions.DEFAULTS.withMaxPixels(47 * 61 - 1));
        assertThrows(ImageException.class, () -> tight.read(data, "x"));
        assertThrows(IllegalArgumentException.class, () -> ReadOptions.DEFAULTS.withMaxPixels(0));
    }

    @Test
    void zeroSizes() throws IOException {
        byte[] data = Resources.bytes("formats/rgb.png");
        Arrays.fill(data, 16, 20, (byte) 0);
        Pngs.seal(data);
        fails(Files.write(directory.resolve("zero.png"), data), "PNG");
        byte[] bitmap = Resources.bytes("formats/rgb.bmp");
        Arrays.fill(bitmap, 18, 22, (byte) 0);
        fails(Files.write(directory.resolve("zero.bmp"), bitmap), "0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "grey.jpg",
                "rgb.png",
                "palette.png",
                "palette.gif",
                "rgb.bmp",
                "palette.bmp",
                "lossy.webp",
                "lossy-alpha.webp",
                "lossless.webp"
            })
    void everyTruncationIsAnError(String file) {
        byte[] data = Resources.bytes("formats/" + file);
        Random random = new Random(3);
        // what follows the last pixel may be missing: a PNG's checksums and end mark, a BMP's padding
        int end = data.length - (file.endsWith(".png") ? 24 : file.endsWith(".jpg") ? 2 : 8);
        for (int i = 0; i < 60; i++) {
            int length = i == 0 ? end : 1 + random.nextInt(end);
            byte[] cut = Arrays.copyOf(data, length);
            ImageException e = assertThrows(
                    ImageException.class, () -> READER.read(cut, "cut-" + file), file + " cut to " + length);
            assertTrue(Resources.message(e).contains("cut-" + file), () -> Resources.message(e));
        }
    }

    @ParameterizedTest
    @CsvSource({"IHDR, header", "PLTE, palette"})
    void aDamagedHeaderOrPaletteOfAPngIsRefused(String chunk, String what) throws IOException {
        byte[] data = Resources.bytes("formats/palette.png");
        for (int damaged : new int[] {Pngs.body(data, chunk), Pngs.end(data, chunk) - 1}) {
            byte[] copy = data.clone();
            copy[damaged] ^= 1;
            fails(Files.write(directory.resolve("damaged.png"), copy), "the " + what + "'s checksum is wrong");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"IDAT", "IEND", "tRNS"})
    void checksumsThatPillowPassesOverOrOfWhatIsNotReadDoNotMatter(String chunk) {
        byte[] data = Resources.bytes("odd/palette2-trns.png");
        RgbImage whole = READER.read(data, "whole");
        data[Pngs.end(data, chunk) - 1] ^= 1;
        assertEquals(whole, READER.read(data, "checksum of " + chunk));
    }

    @ParameterizedTest
    @CsvSource({"1, 99999999", "99999999, 1", "1, 1000001", "2000001, 2"})
    void stripsAreRefusedBeforeTheyAreDecoded(int width, int height) throws IOException {
        Path file = Files.write(directory.resolve("strip.png"), Pngs.black(width, height));
        ImageException e =
                assertTimeout(Duration.ofSeconds(3), () -> assertThrows(ImageException.class, () -> READER.read(file)));
        assertEquals(
                file + ": declares " + width + " x " + height + " pixels, too thin a strip to be a picture;"
                        + " cut it into pieces at most 1000000 times as long as wide",
                Resources.message(e));
    }

    @Test
    void bitmapStripsAreRefusedToo() throws IOException {
        byte[] data = Resources.bytes("formats/rgb.bmp");
        ByteBuffer.wrap(data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(18, 99_999_999)
                .putInt(22, 1);
        fails(Files.write(directory.resolve("strip.bmp"), data), "too thin a strip");
    }

    @ParameterizedTest
    @CsvSource({"1, 65535", "65535, 1", "1, 1000000", "1000000, 1"})
    void thinPicturesAreSquashed(int width, int height) {
        RgbImage strip = READER.read(Pngs.black(width, height), "thin.png");
        assertEquals(
                new RgbImage(8, 8, new byte[3 * 64]),
                Preprocessor.squash(8, Interpolation.BICUBIC).toPicture(strip));
    }

    private static int frame(byte[] jpeg) {
        for (int i = 0; ; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
                return i + 5;
            }
        }
    }

    private static void fails(Path file, String reason) {
        ImageException e = assertThrows(ImageException.class, () -> READER.read(file));
        assertTrue(
                Resources.message(e).contains(file.toString())
                        && Resources.message(e).contains(reason),
                () -> Resources.message(e));
    }
}
