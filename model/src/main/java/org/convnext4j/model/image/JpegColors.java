package org.convnext4j.model.image;

import java.awt.image.Raster;
import java.io.IOException;

/**
 * JPEG samples to RGB: YCbCr in 16-bit fixed point with libjpeg's constants, CMYK as Pillow's Convert.c reads inverted
 * Adobe samples.
 */
final class JpegColors {
    private static final int HALF = 1 << 15;
    private static final int[] RED_CR = new int[256];
    private static final int[] BLUE_CB = new int[256];
    private static final int[] GREEN_CR = new int[256];
    private static final int[] GREEN_CB = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int x = i - 128;
            RED_CR[i] = (fixed(1.402) * x + HALF) >> 16;
            BLUE_CB[i] = (fixed(1.772) * x + HALF) >> 16;
            GREEN_CR[i] = -fixed(0.71414) * x;
            GREEN_CB[i] = -fixed(0.34414) * x + HALF;
        }
    }

    private JpegColors() {}

    static RgbImage toRgb(JpegHeader header, Raster raster) throws IOException {
        int bands = raster.getNumBands();
        if (bands != header.components()) {
            throw new IOException(
                    "the frame has " + header.components() + " components, but " + bands + " were decoded");
        }
        JpegHeader.Encoding encoding = header.encoding();
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        int[] row = new int[width * bands];
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                pixel(encoding, row, x * bands, out, (y * width + x) * 3);
            }
        }
        return new RgbImage(height, width, out);
    }

    private static void pixel(JpegHeader.Encoding encoding, int[] in, int from, byte[] out, int to) {
        switch (encoding) {
            case GREY -> set(out, to, in[from], in[from], in[from]);
            case RGB -> set(out, to, in[from], in[from + 1], in[from + 2]);
            case YCC -> set(out, to, red(in, from), green(in, from), blue(in, from));
            case CMYK -> ink(out, to, in[from], in[from + 1], in[from + 2], in[from + 3]);
            case YCCK -> ink(out, to, 255 - red(in, from), 255 - green(in, from), 255 - blue(in, from), in[from + 3]);
        }
    }

    private static void set(byte[] out, int to, int red, int green, int blue) {
        out[to] = (byte) red;
        out[to + 1] = (byte) green;
        out[to + 2] = (byte) blue;
    }

    private static void ink(byte[] out, int to, int cyan, int magenta, int yellow, int black) {
        set(out, to, ink(cyan, black), ink(magenta, black), ink(yellow, black));
    }

    /** The colour left by a stored (inverted) ink {@code c} under a stored (inverted) black {@code k}. */
    private static int ink(int c, int k) {
        int product = (255 - c) * k + 128;
        return k - (((product >> 8) + product) >> 8);
    }

    private static int red(int[] in, int from) {
        return clip(in[from] + RED_CR[in[from + 2]]);
    }

    private static int green(int[] in, int from) {
        return clip(in[from] + ((GREEN_CB[in[from + 1]] + GREEN_CR[in[from + 2]]) >> 16));
    }

    private static int blue(int[] in, int from) {
        return clip(in[from] + BLUE_CB[in[from + 1]]);
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }

    private static int fixed(double value) {
        return (int) (value * 65536 + 0.5);
    }
}
