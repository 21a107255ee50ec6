package org.convnext4j.model.image.webp;

/** The colours that were met last, by their hash (RFC 9649, 3.6.2.3). */
final class ColorCache {
    private static final int MULTIPLIER = 0x1e35a7bd;

    private final int[] colors;
    private final int shift;

    /** A cache of 2^bits colours. */
    ColorCache(int bits) {
        colors = new int[1 << bits];
        shift = 32 - bits;
    }

    int get(int place) {
        return colors[place];
    }

    void put(int argb) {
        colors[(MULTIPLIER * argb) >>> shift] = argb;
    }
}
