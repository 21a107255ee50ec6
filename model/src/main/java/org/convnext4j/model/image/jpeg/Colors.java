package org.convnext4j.model.image.jpeg;

/**
 * JPEG samples to RGB: YCbCr in 16-bit fixed point with libjpeg's constants, CMYK as Pillow's Convert.c reads inverted
 * Adobe samples.
 */
enum Colors {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK;

    private static final int HALF = 1 << 15;
    private static final int RED_CR = fixed(1.402);
    private static final int BLUE_CB = fixed(1.772);
    private static final int GREEN_CR = fixed(0.71414);
    private static final int GREEN_CB = fixed(0.34414);

    /**
     * Converts a row.
     *
     * @param in the samples of each component
     * @param out gets 3 * width bytes from {@code to} on
     */
    void row(byte[][] in, int width, byte[] out, int to) {
        switch (this) {
            case GREY -> interleave(in[0], in[0], in[0], width, out, to);
            case RGB -> interleave(in[0], in[1], in[2], width, out, to);
            case YCC -> ycc(in, width, out, to);
            case CMYK -> inks(in, width, out, to, 0);
            case YCCK -> {
                ycc(in, width, out, to);
                inks(in, width, out, to, 255);
            }
        }
    }

    private static void interleave(byte[] red, byte[] green, byte[] blue, int width, byte[] out, int to) {
        int at = to;
        for (int x = 0; x < width; x++, at += 3) {
            out[at] = red[x];
            out[at + 1] = green[x];
            out[at + 2] = blue[x];
        }
    }

    private static void ycc(byte[][] in, int width, byte[] out, int to) {
        byte[] lumas = in[0];
        byte[] blues = in[1];
        byte[] reds = in[2];
        int at = to;
        for (int x = 0; x < width; x++, at += 3) {
            int luma = lumas[x] & 0xff;
            int cb = (blues[x] & 0xff) - 128;
            int cr = (reds[x] & 0xff) - 128;
            out[at] = clip(luma + ((RED_CR * cr + HALF) >> 16));
            out[at + 1] = clip(luma + ((HALF - GREEN_CB * cb - GREEN_CR * cr) >> 16));
            out[at + 2] = clip(luma + ((BLUE_CB * cb + HALF) >> 16));
        }
    }

    /** Inks under black: of the components, or (with a flip of 255) of the colours that YCbCr gave. */
    private static void inks(byte[][] in, int width, byte[] out, int to, int flip) {
        int at = to;
        for (int x = 0; x < width; x++) {
            int black = in[3][x] & 0xff;
            for (int c = 0; c < 3; c++, at++) {
                int ink = flip == 0 ? in[c][x] & 0xff : flip - (out[at] & 0xff);
                out[at] = (byte) ink(ink, black);
            }
        }
    }

    /** The colour left by a stored (inverted) ink {@code c} under a stored (inverted) black {@code k}. */
    private static int ink(int c, int k) {
        int product = (255 - c) * k + 128;
        return k - (((product >> 8) + product) >> 8);
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }

    private static int fixed(double value) {
        return (int) (value * 65536 + 0.5);
    }
}
