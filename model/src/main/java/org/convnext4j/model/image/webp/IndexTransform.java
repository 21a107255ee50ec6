package org.convnext4j.model.image.webp;

import java.io.IOException;

/** Pixels are numbers of colours, with few colours several in one (RFC 9649, 3.5.4). */
final class IndexTransform implements Transform {
    private final int width;
    private final int height;
    /** log2 of how many pixels one coded pixel holds. */
    private final int packingBits;

    private final int[] palette;

    private IndexTransform(int width, int height, int packingBits, int[] palette) {
        this.width = width;
        this.height = height;
        this.packingBits = packingBits;
        this.palette = palette;
    }

    static IndexTransform read(BitReader bits, int width, int height) throws IOException {
        int colors = 1 + bits.read(8);
        int packingBits = colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3;
        int[] differences = PixelStream.readInner(bits, colors, 1);
        // numbers beyond the colours are transparent black
        int[] palette = new int[1 << (8 >> packingBits)];
        int last = 0;
        for (int i = 0; i < colors; i++) {
            last = PredictorTransform.add(last, differences[i]);
            palette[i] = last;
        }
        return new IndexTransform(width, height, packingBits, palette);
    }

    /** How wide the picture is that is coded. */
    int codedWidth() {
        return LosslessDecoder.blocks(width, packingBits);
    }

    @Override
    public int[] undo(int[] pixels) {
        int[] out = packingBits == 0 ? pixels : new int[Math.multiplyExact(width, height)];
        int bitsPerPixel = 8 >> packingBits;
        int within = (1 << packingBits) - 1;
        int to = 0;
        for (int y = 0; y < height; y++) {
            int row = y * codedWidth();
            for (int x = 0; x < width; x++) {
                int packed = pixels[row + (x >> packingBits)] >> 8 & 0xff;
                out[to++] = palette[packed >> ((x & within) * bitsPerPixel) & (palette.length - 1)];
            }
        }
        return out;
    }
}
