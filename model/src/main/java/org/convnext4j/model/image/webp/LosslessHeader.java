package org.convnext4j.model.image.webp;

import java.io.IOException;

/**
 * The start of a VP8L picture (RFC 9649, 3.4).
 *
 * @param width W in pixels, 1..16384
 * @param height H in pixels, 1..16384
 */
record LosslessHeader(int width, int height) {
    /** How long the header is. */
    static final int BYTES = 5;

    private static final int SIGNATURE = 0x2f;

    static LosslessHeader parse(Section image) throws IOException {
        if (image.byteAt(0) != SIGNATURE) {
            throw new IOException("no signature of lossless data");
        }
        long bits = image.intAt(1);
        if (bits >> 29 != 0) {
            throw new IOException("an unknown version of lossless data");
        }
        return new LosslessHeader((int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1);
    }
}
