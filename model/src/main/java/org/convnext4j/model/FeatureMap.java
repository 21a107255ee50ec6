package org.convnext4j.model;

import java.lang.foreign.MemorySegment;

/**
 * The activations between two layers.
 *
 * @param data (N, H, W, C) from offset 0 on
 * @param n pictures
 * @param height H
 * @param width W
 * @param channels C
 */
record FeatureMap(MemorySegment data, int n, int height, int width, int channels) {
    /** H W. */
    int pixels() {
        return height * width;
    }

    /** Where picture {@code image} begins, in bytes. */
    long imageBytes(int image) {
        return (long) image * pixels() * channels * Float.BYTES;
    }

    /** The rows of all pictures. */
    int rows() {
        return n * height;
    }

    /** Where row {@code row}, counted over all pictures, begins, in bytes. */
    long rowBytes(int row) {
        return (long) row * width * channels * Float.BYTES;
    }
}
