package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import org.convnext4j.model.layers.MapShape;

/**
 * The map between two layers for all pictures of a batch.
 *
 * @param data (N, H, W, C) from offset 0 on
 * @param n N
 * @param shape H, W and C
 */
record BatchMap(MemorySegment data, int n, MapShape shape) {
    int height() {
        return shape.height();
    }

    int width() {
        return shape.width();
    }

    int channels() {
        return shape.channels();
    }

    /** N H W. */
    int pixels() {
        return n * shape.pixels();
    }

    /** The rows of all pictures. */
    int rows() {
        return n * shape.height();
    }

    /** Where a pixel begins, counted over all pictures. */
    long pixelBytes(int pixel) {
        return (long) pixel * shape.channels() * Float.BYTES;
    }

    /** Where a picture begins. */
    long imageBytes(int image) {
        return pixelBytes(image * shape.pixels());
    }

    /** Whether both have the same memory. */
    boolean isIn(BatchMap other) {
        return data.address() == other.data.address();
    }
}
