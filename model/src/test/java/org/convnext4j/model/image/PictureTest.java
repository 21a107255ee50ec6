package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
    private static final ImageReader READER = new ImageReader();

    /** A stream that tells whether it was closed. */
    private static final class Watched extends FilterInputStream {
        private final AtomicBoolean closed = new AtomicBoolean();

        Watched(byte[] data) {
            super(new ByteArrayInputStream(data));
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private static BufferedImage java(String name) throws IOException {
        return Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(Resources.bytes(name))), name);
    }

    @Test
    void allSourcesGiveTheSamePixels(@TempDir Path folder) throws IOException {
        byte[] bytes = Resources.bytes("formats/rgb.jpg");
        Path file = Files.write(folder.resolve("rgb.jpg"), bytes);
        RgbImage expected = READER.read(file);
        for (Picture picture : List.of(
                Picture.of(file),
                Picture.of(bytes),
                Picture.of(new ByteArrayInputStream(bytes)),
                Picture.of(expected),
                Picture.of(expected.toBufferedImage()),
                Picture.files(List.of(file)).get(0))) {
            assertEquals(expected, picture.read(READER));
        }
        assertEquals(file.toString(), Picture.of(file).name());
        assertEquals("picture", Picture.of(bytes).name());
        assertEquals("picture 7", Picture.of(bytes).name(7));
        assertEquals("upload", Picture.of(bytes).named("upload").name(7));
        ImageException e = assertThrows(
                ImageException.class,
                () -> Picture.of(new byte[0]).named("upload").read(READER));
        assertEquals("upload: is empty; give a JPEG, PNG, GIF, BMP or WebP picture", e.getMessage());
    }

    @Test
    void streamsAreReadToTheirEndOnceAndNotClosed() throws IOException {
        byte[] bytes = Resources.bytes("formats/rgb.png");
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 100);
        try (Watched stream = new Watched(longer)) {
            Picture picture = Picture.of(stream);
            assertEquals(READER.read(bytes, "rgb"), picture.read(READER));
            assertEquals(-1, stream.read());
            assertFalse(stream.closed.get());
            ImageException again = assertThrows(ImageException.class, () -> picture.read(READER));
            assertTrue(Resources.message(again).contains("has been read already"), again.getMessage());
        }
        Picture broken = Picture.of(InputStream.nullInputStream());
        ImageException first = assertThrows(ImageException.class, () -> broken.read(READER));
        assertSame(first, assertThrows(ImageException.class, () -> broken.read(READER)));
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the line is dead");
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                throw new IOException("the line is dead");
            }
        };
        ImageException dead =
                assertThrows(ImageException.class, () -> Picture.of(failing).read(READER));
        assertTrue(Resources.message(dead).contains("the line is dead"), dead.getMessage());
    }

    /** A picture that does not fit beside others is tried again alone: its stream is at its end by then. */
    @Test
    void aStreamedPictureCanBeTriedAgainAfterWantOfMemory() {
        byte[] bytes = Resources.bytes("formats/rgb.png");
        StreamedPicture picture = new StreamedPicture(new ByteArrayInputStream(bytes));
        ImageException full = PictureMemory.exhausted("picture", new OutOfMemoryError("full"));
        assertSame(full, assertThrows(ImageException.class, () -> picture.read(READER, failing(full), "picture")));
        assertEquals(READER.read(bytes, "rgb"), picture.read(READER, "picture"));
        StreamedPicture other = new StreamedPicture(new ByteArrayInputStream(bytes));
        ImageException broken = new ImageException("picture", "is broken", "mend it");
        assertThrows(ImageException.class, () -> other.read(READER, failing(broken), "picture"));
        assertSame(broken, assertThrows(ImageException.class, () -> other.read(READER, "picture")));
    }

    private static Function<byte[], RgbImage> failing(ImageException problem) {
        return data -> {
            throw problem;
        };
    }

    /** Java's own readers keep the samples of these files, so that their pictures must be what the reader makes of the file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bit.png",
                "grey.png",
                "grey2.png",
                "grey4.png",
                "grey16.png",
                "grey-gamma.png",
                "icc.png",
                "la.png",
                "la16.png",
                "palette.png",
                "palette4.png",
                "palette-trns.png",
                "rgb.png",
                "rgb16.png",
                "rgba.png",
                "rgba16.png",
                "rgb.bmp",
                "bit.bmp",
                "palette.bmp",
                "rgb555.bmp"
            })
    void bufferedImagesAreTakenAsFilesAre(String file) throws IOException {
        RgbImage expected = Resources.picture("formats/" + file);
        RgbImage actual = Picture.of(java("formats/" + file)).read(READER);
        assertArrayEquals(new int[] {0, 0}, Resources.difference(expected, actual));
    }

    /** Opaque pictures of every ready-made type hold the same colours, but for those that have fewer of them. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_INT_ARGB_PRE,
                BufferedImage.TYPE_INT_BGR,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_4BYTE_ABGR,
                BufferedImage.TYPE_4BYTE_ABGR_PRE
            })
    void everyOrderOfSamplesIsUnderstood(int type) throws IOException {
        BufferedImage source = java("formats/rgb.png");
        BufferedImage image = new BufferedImage(source.getWidth(), source.getHeight(), type);
        for (int y = 0; y < source.getHeight(); y++) {
            for (int x = 0; x < source.getWidth(); x++) {
                image.setRGB(x, y, source.getRGB(x, y));
            }
        }
        assertEquals(Resources.picture("formats/rgb.png"), Picture.of(image).read(READER));
        BufferedImage part = image.getSubimage(1, 2, 3, 2);
        RgbImage cut = Picture.of(part).read(READER);
        assertEquals(3, cut.width());
        for (int channel = 0; channel < 3; channel++) {
            assertEquals(source.getRGB(3, 3) >> (16 - 8 * channel) & 0xff, cut.sample(1, 2, channel));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0x80ff8040, 255, 128, 64", "3, 0x80ff8040, 255, 128, 64", "7, 0x40ff8000, 255, 128, 0"})
    void alphaIsDroppedAndWhereItIsMultipliedInDividedOut(int type, String argb, int red, int green, int blue) {
        BufferedImage image = new BufferedImage(1, 1, type);
        image.setRGB(0, 0, (int) (long) Long.decode(argb));
        RgbImage read = Picture.of(image).read(READER);
        // Of a product with 64 the division gives back steps of 4.
        assertEquals(red, read.sample(0, 0, 0), 2);
        assertEquals(green, read.sample(0, 0, 1), 2);
        assertEquals(blue, read.sample(0, 0, 2), 2);
        assertTrue(type == BufferedImage.TYPE_INT_ARGB || image.isAlphaPremultiplied(), "still its own alpha");
    }

    @Test
    void rareKindsAreTakenOrRefusedByWhatTheyAre() {
        BufferedImage packed = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
        packed.setRGB(0, 0, 0xffffff);
        assertArrayEquals(
                new byte[] {-1, -1, -1}, Picture.of(packed).read(READER).data());
        byte[] map = {0, 50, 100};
        IndexColorModel colors = new IndexColorModel(2, 3, map, map, new byte[] {1, 2, 3});
        BufferedImage indexed = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_BINARY, colors);
        indexed.getRaster().setPixels(0, 0, 4, 1, new int[] {2, 1, 0, 1});
        assertArrayEquals(
                new byte[] {100, 100, 3, 50, 50, 2, 0, 0, 1, 50, 50, 2},
                Picture.of(indexed).read(READER).data());

        assertRefused(component(ColorSpace.CS_sRGB, DataBuffer.TYPE_FLOAT), "samples of 32 bits");
        assertRefused(component(ColorSpace.CS_sRGB, DataBuffer.TYPE_INT), "samples of 32 bits");
        assertRefused(component(ColorSpace.CS_sRGB, DataBuffer.TYPE_SHORT), "samples with a sign");
        assertRefused(component(ColorSpace.CS_CIEXYZ, DataBuffer.TYPE_BYTE), "neither red, green and blue nor grey");
        ImageReader small = new ImageReader(ReadOptions.DEFAULTS.withMaxPixels(5));
        ImageException e = assertThrows(
                ImageException.class,
                () -> Picture.of(new BufferedImage(3, 2, 1)).read(small));
        assertTrue(Resources.message(e).contains("3 x 2 = 6 pixels"), e.getMessage());
    }

    private static BufferedImage component(int space, int dataType) {
        ColorModel colors =
                new ComponentColorModel(ColorSpace.getInstance(space), false, false, ColorModel.OPAQUE, dataType);
        WritableRaster raster = colors.createCompatibleWritableRaster(2, 2);
        return new BufferedImage(colors, raster, false, null);
    }

    private static void assertRefused(BufferedImage image, String reason) {
        ImageException e = assertThrows(
                ImageException.class, () -> Picture.of(image).named("mine").read(READER));
        assertTrue(
                Resources.message(e).startsWith("mine: has ")
                        && Resources.message(e).contains(reason),
                e.getMessage());
        assertTrue(Resources.message(e).contains("TYPE_INT_RGB"), e.getMessage());
    }
}
