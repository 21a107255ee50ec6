package org.convnext4j.model.run;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.model.layers.MapShape;

/**
 * The activations between two layers.
 *
 * @param data (N, H, W, C) from offset 0 on
 * @param n pictures
 * @param shape H, W and C
 */
record FeatureMap(MemorySegment data, int n, MapShape shape) {
    /** H. */
    int height() {
        return shape.height();
    }

    /** W. */
    int width() {
        return shape.width();
    }

    /** C. */
    int channels() {
        return shape.channels();
    }

    /** H W. */
    int pixels() {
        return shape.pixels();
    }

    /** Where picture {@code image} begins, in bytes. */
    long imageBytes(int image) {
        return (long) image * pixels() * channels() * Float.BYTES;
    }

    /** Some of the pictures. */
    FeatureMap pictures(int begin, int end) {
        long from = imageBytes(begin);
        return new FeatureMap(data.asSlice(from, imageBytes(end) - from), end - begin, shape);
    }

    /** The rows of all pictures. */
    int rows() {
        return n * height();
    }

    /** Where row {@code row}, counted over all pictures, begins, in bytes. */
    long rowBytes(int row) {
        return (long) row * width() * channels() * Float.BYTES;
    }

    /**
     * The depthwise convolution of some rows, counted over all pictures, each with its own picture's rows around it.
     *
     * @param to (rows, W, C) from {@code toBytes} on
     */
    void depthwise(DepthwiseConv.Filters dwconv, int rowBegin, int rows, MemorySegment to, long toBytes) {
        int height = height();
        int end = rowBegin + rows;
        int row = rowBegin;
        while (row < end) {
            int image = row / height;
            int first = image * height;
            int until = Math.min(end, first + height);
            long out = toBytes + rowBytes(row - rowBegin);
            dwconv.forward(data, imageBytes(image), height, width(), row - first, until - first, to, out);
            row = until;
        }
    }
}
