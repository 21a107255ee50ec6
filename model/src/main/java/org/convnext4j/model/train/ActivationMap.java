package org.convnext4j.model.train;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;

/**
 * The map of one layer for all pictures of a batch, (N, H, W, C), at the beginning of its memory.
 *
 * @param data at least N H W C floats
 * @param n N
 * @param height H
 * @param width W
 * @param channels C
 */
record ActivationMap(MemorySegment data, int n, int height, int width, int channels) {
    /** The same shape in other memory. */
    ActivationMap in(MemorySegment other) {
        return new ActivationMap(other, n, height, width, channels);
    }

    /** N H W. */
    int pixels() {
        return n * height * width;
    }

    /** The rows of all pictures. */
    int rows() {
        return n * height;
    }

    /** Where a pixel begins, counted over all pictures. */
    long pixelBytes(int pixel) {
        return (long) pixel * channels * Float.BYTES;
    }

    /** Where a row begins, counted over all pictures. */
    long rowBytes(int row) {
        return pixelBytes(row * width);
    }

    /** Where a picture begins. */
    long imageBytes(int image) {
        return pixelBytes(image * height * width);
    }

    /** The depthwise convolution of row {@code row}, counted over all pictures, into the same row of {@code y}. */
    void depthwise(DepthwiseConv.Filters dwconv, int row, ActivationMap y) {
        int image = row / height;
        int y0 = row - image * height;
        dwconv.forward(data, imageBytes(image), height, width, y0, y0 + 1, y.data, y.rowBytes(row));
    }
}
