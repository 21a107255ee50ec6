package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The resampler against a slow one that asks the kernel at every input sample of every output sample. */
class ResamplerTest {
    private static final int[][] SIZES = {
        {31, 17, 13, 7},
        {13, 7, 31, 17},
        {64, 64, 63, 65},
        {63, 65, 64, 64},
        {97, 5, 3, 41},
        {1, 1, 5, 3},
        {5, 3, 1, 1},
        {2, 211, 2, 23},
        {211, 2, 23, 2},
        {37, 41, 37, 41},
        {101, 103, 7, 7}
    };

    @ParameterizedTest
    @EnumSource(value = Interpolation.class, mode = EnumSource.Mode.EXCLUDE, names = "NEAREST")
    void equalsTheSlowResampler(Interpolation filter) {
        for (int[] size : SIZES) {
            RgbImage in = noise(size[0], size[1], 7L * size[0] + size[3]);
            RgbImage expected = slow(in, size[2], size[3], filter);
            RgbImage actual = Resampler.resize(in, size[2], size[3], filter);
            assertArrayEquals(new int[] {0, 0}, Resources.difference(expected, actual), size[0] + " x " + size[1]);
        }
    }

    /** Checksums of what Pillow 9.4 makes of the same picture. */
    @ParameterizedTest
    @CsvSource({
        "NEAREST, 17, 20, d263d88d",
        "NEAREST, 20, 53, 42e349d0",
        "NEAREST, 120, 97, c4d32fce",
        "NEAREST, 1, 1, 1f92fcd3",
        "NEAREST, 3, 640, 34f4ff8b",
        "HAMMING, 17, 20, 59de55c3",
        "HAMMING, 20, 53, 1d96a295",
        "HAMMING, 120, 97, 8bbb109d",
        "HAMMING, 3, 640, 84cb63a2",
        "BOX, 17, 20, 8c5be72f",
        "BOX, 3, 640, 3ac20467",
        "LANCZOS, 120, 97, 1c8f788b",
        "LANCZOS, 3, 640, 08c38693"
    })
    void theBytesArePillows(Interpolation filter, int height, int width, String checksum) {
        byte[] data = new byte[41 * 53 * 3];
        for (int i = 0; i < data.length; i++) {
            int c = i % 3;
            int x = i / 3 % 53;
            int y = i / 3 / 53;
            data[i] = (byte) (x * 37 + y * 59 + c * 83 + x * y * (c + 3) % 101);
        }
        RgbImage in = new RgbImage(41, 53, data);
        RgbImage out = Resampler.resize(in, height, width, filter);
        CRC32 crc = new CRC32();
        crc.update(out.data());
        assertEquals(checksum, String.format("%08x", crc.getValue()));
        RgbImage window = Resampler.resize(in, height, width, filter, height / 2, width / 3, height - height / 2, 1);
        assertEquals(Resampler.crop(out, height / 2, width / 3, height - height / 2, 1), window);
    }

    @Test
    void aWindowIsACropOfTheWhole() {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            RgbImage in = noise(1 + random.nextInt(60), 1 + random.nextInt(60), i);
            int height = 1 + random.nextInt(70);
            int width = 1 + random.nextInt(70);
            int rows = 1 + random.nextInt(height);
            int columns = 1 + random.nextInt(width);
            int top = random.nextInt(height - rows + 1);
            int left = random.nextInt(width - columns + 1);
            RgbImage whole = Resampler.resize(in, height, width, Interpolation.BICUBIC);
            RgbImage window = Resampler.resize(in, height, width, Interpolation.BICUBIC, top, left, rows, columns);
            assertEquals(Resampler.crop(whole, top, left, rows, columns), window);
        }
    }

    @Test
    void theSameSizeIsTheSamePicture() {
        RgbImage in = noise(9, 8, 1);
        assertSame(in, Resampler.resize(in, 9, 8, Interpolation.BICUBIC));
    }

    @Test
    void refusesEmptySizesAndWindowsOutside() {
        RgbImage in = noise(4, 4, 1);
        assertThrows(IllegalArgumentException.class, () -> Resampler.resize(in, 0, 4, Interpolation.BOX));
        assertThrows(IndexOutOfBoundsException.class, () -> Resampler.resize(in, 8, 8, Interpolation.BOX, 1, 0, 8, 8));
    }

    static RgbImage noise(int height, int width, long seed) {
        byte[] data = new byte[height * width * 3];
        Random random = new Random(seed);
        random.nextBytes(data);
        for (int i = 0; i < data.length; i += 1 + random.nextInt(5)) {
            data[i] = (byte) (random.nextBoolean() ? 255 : 0);
        }
        return new RgbImage(height, width, data);
    }

    private static RgbImage slow(RgbImage in, int height, int width, Interpolation filter) {
        RgbImage wide = width == in.width() ? in : transpose(rows(transpose(in), width, filter));
        return height == in.height() ? wide : rows(wide, height, filter);
    }

    private static RgbImage rows(RgbImage in, int height, Interpolation filter) {
        byte[] out = new byte[height * in.width() * 3];
        double scale = (double) in.height() / height;
        double stretch = Math.max(1, scale);
        for (int y = 0; y < height; y++) {
            double center = (y + 0.5) * scale;
            double reach = filter.support() * stretch;
            double[] weights = new double[in.height()];
            double sum = 0;
            for (int i = 0; i < in.height(); i++) {
                // truncation towards 0, as a cast does, and then the clip at the edges
                boolean inside = i >= (int) (center - reach + 0.5) && i < (int) (center + reach + 0.5);
                weights[i] = inside ? filter.weight((i - center + 0.5) * (1 / stretch)) : 0;
                sum += weights[i];
            }
            for (int x = 0; x < in.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    long total = 1L << 21;
                    for (int i = 0; i < in.height(); i++) {
                        double weight = weights[i] / sum * 4194304.0;
                        total += in.sample(i, x, c) * (long) (weight + Math.copySign(0.5, weight));
                    }
                    out[(y * in.width() + x) * 3 + c] = (byte) Math.clamp(total >> 22, 0, 255);
                }
            }
        }
        return new RgbImage(height, in.width(), out);
    }

    private static RgbImage transpose(RgbImage in) {
        return Orientation.TRANSPOSED.apply(in);
    }

    /** Strips whose taps do not fit one table: across and down must agree, and no intermediate picture is made. */
    @Test
    void stripsAreTakenInParts() {
        int length = 3_000_000;
        byte[] data = new byte[3 * length];
        new Random(4).nextBytes(data);
        RgbImage across = Resampler.resize(new RgbImage(1, length, data), 1, 7, Interpolation.BICUBIC);
        RgbImage down = Resampler.resize(new RgbImage(length, 1, data), 7, 1, Interpolation.BICUBIC);
        assertArrayEquals(across.data(), down.data());
        RgbImage window = Resampler.resize(new RgbImage(1, length, data), 1, 7, Interpolation.BICUBIC, 0, 3, 1, 1);
        assertEquals(across.sample(0, 3, 1), window.sample(0, 0, 1));
    }
}
