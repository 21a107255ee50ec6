package org.convnext4j.model.image.webp;

import java.io.IOException;

/** Multiples of green and red were subtracted from red and blue, other multiples in each block (RFC 9649, 3.5.2). */
final class ColorTransform implements Transform {
    private final int width;
    private final int blockBits;
    private final int[] multipliers;

    private ColorTransform(int width, int blockBits, int[] multipliers) {
        this.width = width;
        this.blockBits = blockBits;
        this.multipliers = multipliers;
    }

    static ColorTransform read(BitReader bits, int width, int height) throws IOException {
        int blockBits = 2 + bits.read(3);
        int[] multipliers = PixelStream.readInner(
                bits, LosslessDecoder.blocks(width, blockBits), LosslessDecoder.blocks(height, blockBits));
        return new ColorTransform(width, blockBits, multipliers);
    }

    @Override
    public int[] undo(int[] pixels) {
        int columns = LosslessDecoder.blocks(width, blockBits);
        int at = 0;
        for (int y = 0; at < pixels.length; y++) {
            int row = (y >> blockBits) * columns;
            for (int x = 0; x < width; x++) {
                pixels[at] = undo(pixels[at], multipliers[row + (x >> blockBits)]);
                at++;
            }
        }
        return pixels;
    }

    private static int undo(int argb, int multiplier) {
        int green = argb >> 8;
        int red = (argb >> 16) + part(multiplier, green);
        int blue = argb + part(multiplier >> 8, green) + part(multiplier >> 16, red);
        return (argb & 0xff00ff00) | (red & 0xff) << 16 | (blue & 0xff);
    }

    // Both are taken as signed bytes, the multiplier in 32nds.
    private static int part(int multiplier, int sample) {
        return ((byte) multiplier * (byte) sample) >> 5;
    }
}
