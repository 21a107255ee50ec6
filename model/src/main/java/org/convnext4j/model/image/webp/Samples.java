package org.convnext4j.model.image.webp;

/** Samples of 8 bits. */
final class Samples {
    private Samples() {}

    /** The nearest sample, 0..255 as a byte. */
    static byte clamp(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }
}
