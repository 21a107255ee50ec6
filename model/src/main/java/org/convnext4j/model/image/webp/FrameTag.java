package org.convnext4j.model.image.webp;

import java.io.IOException;

/**
 * The uncompressed start of a VP8 key frame (RFC 6386, 9.1).
 *
 * @param width W in pixels, 1..16383
 * @param height H in pixels, 1..16383
 * @param firstPartitionBytes how long the partition of the header and the prediction modes is
 */
record FrameTag(int width, int height, int firstPartitionBytes) {
    /** How long the tag itself is. */
    static final int BYTES = 10;

    static FrameTag parse(Section image) throws IOException {
        int bits = image.threeBytesAt(0);
        if ((bits & 1) != 0) {
            throw new IOException("no key frame");
        }
        if ((bits >> 1 & 7) > 3) {
            throw new IOException("an unknown VP8 profile");
        }
        if ((bits >> 4 & 1) == 0) {
            throw new IOException("a frame that is not shown");
        }
        if (image.threeBytesAt(3) != 0x2a019d) {
            throw new IOException("no start code of a key frame");
        }
        // the two high bits of each ask the player for scaling, which no WebP reader does
        int width = image.shortAt(6) & 0x3fff;
        int height = image.shortAt(8) & 0x3fff;
        if (width == 0 || height == 0) {
            throw new IOException("a frame of " + width + " x " + height);
        }
        return new FrameTag(width, height, bits >> 5);
    }

    /** How many macroblocks a row has. */
    int macroblockColumns() {
        return (width + 15) >> 4;
    }

    int macroblockRows() {
        return (height + 15) >> 4;
    }
}
