package org.convnext4j.model.image.webp;

import java.io.IOException;

/** Pixels are differences from a prediction, whose kind varies by block (RFC 9649, 3.5.1). */
final class PredictorTransform implements Transform {
    private static final int BLACK = 0xff000000;

    private final int width;
    private final int blockBits;
    private final int[] modes;

    private PredictorTransform(int width, int blockBits, int[] modes) {
        this.width = width;
        this.blockBits = blockBits;
        this.modes = modes;
    }

    static PredictorTransform read(BitReader bits, int width, int height) throws IOException {
        int blockBits = 2 + bits.read(3);
        int[] modes = PixelStream.readInner(
                bits, LosslessDecoder.blocks(width, blockBits), LosslessDecoder.blocks(height, blockBits));
        return new PredictorTransform(width, blockBits, modes);
    }

    @Override
    public int[] undo(int[] pixels) {
        pixels[0] = add(pixels[0], BLACK);
        for (int x = 1; x < width; x++) {
            pixels[x] = add(pixels[x], pixels[x - 1]);
        }
        int columns = LosslessDecoder.blocks(width, blockBits);
        int row = width;
        for (int y = 1; row < pixels.length; y++, row += width) {
            pixels[row] = add(pixels[row], pixels[row - width]);
            int blocks = (y >> blockBits) * columns;
            for (int x = 1; x < width; ) {
                int end = Math.min(width, ((x >> blockBits) + 1) << blockBits);
                int mode = modes[blocks + (x >> blockBits)] >> 8 & 15;
                undo(pixels, row + x, row + end, mode);
                x = end;
            }
        }
        return pixels;
    }

    private void undo(int[] pixels, int from, int to, int mode) {
        for (int at = from; at < to; at++) {
            int above = at - width;
            // beyond the row's end, the pixel above on the right is the first of this row
            int prediction = predict(mode, pixels[at - 1], pixels[above], pixels[above - 1], pixels[above + 1]);
            pixels[at] = add(pixels[at], prediction);
        }
    }

    private static int predict(int mode, int left, int top, int topLeft, int topRight) {
        return switch (mode) {
            case 1 -> left;
            case 2 -> top;
            case 3 -> topRight;
            case 4 -> topLeft;
            case 5 -> mean(mean(left, topRight), top);
            case 6 -> mean(left, topLeft);
            case 7 -> mean(left, top);
            case 8 -> mean(topLeft, top);
            case 9 -> mean(top, topRight);
            case 10 -> mean(mean(left, topLeft), mean(top, topRight));
            case 11 -> select(left, top, topLeft);
            case 12 -> gradient(left, top, topLeft);
            case 13 -> halfGradient(mean(left, top), topLeft);
            default -> BLACK;
        };
    }

    /** The sums of each of four samples, modulo 256. */
    static int add(int a, int b) {
        return (((a & 0xff00ff00) + (b & 0xff00ff00)) & 0xff00ff00) | (((a & 0xff00ff) + (b & 0xff00ff)) & 0xff00ff);
    }

    private static int mean(int a, int b) {
        return ((a ^ b) >>> 1 & 0x7f7f7f7f) + (a & b);
    }

    private static int select(int left, int top, int topLeft) {
        int fromLeft = 0;
        int fromTop = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int corner = topLeft >> shift & 0xff;
            fromLeft += Math.abs((top >> shift & 0xff) - corner);
            fromTop += Math.abs((left >> shift & 0xff) - corner);
        }
        return fromLeft < fromTop ? left : top;
    }

    private static int gradient(int left, int top, int topLeft) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int sample = (left >> shift & 0xff) + (top >> shift & 0xff) - (topLeft >> shift & 0xff);
            result |= Math.clamp(sample, 0, 255) << shift;
        }
        return result;
    }

    private static int halfGradient(int mean, int topLeft) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int sample = mean >> shift & 0xff;
            result |= Math.clamp(sample + (sample - (topLeft >> shift & 0xff)) / 2, 0, 255) << shift;
        }
        return result;
    }
}
