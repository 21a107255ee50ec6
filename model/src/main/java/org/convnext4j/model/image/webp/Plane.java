package org.convnext4j.model.image.webp;

import java.util.Arrays;

/**
 * The samples of one component with a column on their left and a row above, which hold what prediction assumes outside
 * the frame (RFC 6386, 12.2).
 */
final class Plane {
    private static final byte ABOVE = 127;
    private static final byte LEFT = (byte) 129;

    private final int stride;
    private final byte[] samples;

    /** A plane of this size, in whole macroblocks. */
    Plane(int width, int height) {
        stride = width + 1;
        samples = new byte[Math.multiplyExact(stride, height + 1)];
        Arrays.fill(samples, 0, stride, ABOVE);
        for (int at = stride; at < samples.length; at += stride) {
            samples[at] = LEFT;
        }
    }

    /** How far apart the rows are. */
    int stride() {
        return stride;
    }

    /** The samples, 0..255. */
    byte[] samples() {
        return samples;
    }

    /** Where the sample of a row and column lies. */
    int index(int y, int x) {
        return (y + 1) * stride + 1 + x;
    }
}
