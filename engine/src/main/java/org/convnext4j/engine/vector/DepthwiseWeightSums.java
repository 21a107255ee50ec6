package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import org.convnext4j.engine.kernel.StridedDepthwiseConv;

/**
 * The weight gradient of a depthwise convolution of any size, in the manner of {@link VectorDepthwiseConvGradient}: one
 * vector of channels at a time, row by row of gradY, which meets the K rows of x around it, copied to scratch memory as
 * dense lines with zeros on both sides.
 */
final class DepthwiseWeightSums {
    /** Pixels of gradY that {@link DepthwiseTapSums} takes at a time. */
    private static final int STEP = DepthwiseTapSums.STEP;

    private DepthwiseWeightSums() {}

    /** What {@link #addMap} needs: a row of gradY and K lines of x. */
    static long scratchFloats(int kernel, int stride, int width) {
        return (gradPixels(width, stride) + (long) kernel * linePixels(kernel, stride, width)) * LANES;
    }

    /** Pixels of a row of gradY, filled up with zeros to whole steps. */
    private static long gradPixels(int width, int stride) {
        return (StridedDepthwiseConv.outputSize(width, stride) + (long) STEP - 1) / STEP * STEP;
    }

    /** Pixels of a line of x with the zeros on both sides that the taps of a whole row of gradY see. */
    private static long linePixels(int kernel, int stride, int width) {
        return Math.max(kernel / 2 + (long) width, (gradPixels(width, stride) - 1) * stride + kernel);
    }

    /**
     * Adds the sums of one map, up to a vector of channels of it.
     *
     * @param used how many channels
     * @param height H, of x
     * @param width W, of x
     * @param pixelBytes from pixel to pixel of x and of gradY
     * @param rowBytes from row to row of x
     * @param gradRowBytes from row to row of gradY
     * @param x the address of the first pixel
     * @param gradY the address of the first pixel
     * @param sums the address of K K vectors
     * @param scratch the address of so many floats as {@link #scratchFloats} says
     */
    static void addMap(
            int used,
            int kernel,
            int stride,
            int height,
            int width,
            long pixelBytes,
            long rowBytes,
            long gradRowBytes,
            long x,
            long gradY,
            long sums,
            long scratch) {
        int outHeight = StridedDepthwiseConv.outputSize(height, stride);
        int outWidth = StridedDepthwiseConv.outputSize(width, stride);
        int gradPixels = (int) gradPixels(width, stride);
        int linePixels = (int) linePixels(kernel, stride, width);
        long lines = scratch + gradPixels * Lanes.BYTES;
        // For what no copy writes, which stays as it is.
        Memory.zero(scratch, (gradPixels + kernel * linePixels) * LANES);
        // Row r of x lies in line r mod K, where it takes the place of row r - K.
        int copied = 0;
        for (int row = 0; row < outHeight; row++) {
            int top = row * stride - kernel / 2;
            for (; copied < Math.min(height, top + kernel); copied++) {
                long to = lines + ((long) copied % kernel * linePixels + kernel / 2) * Lanes.BYTES;
                DepthwiseLines.copyIn(used, width, pixelBytes, x + copied * rowBytes, to);
            }
            DepthwiseLines.copyIn(used, outWidth, pixelBytes, gradY + row * gradRowBytes, scratch);
            for (int ky = Math.max(0, -top); ky < Math.min(kernel, height - top); ky++) {
                long line = lines + (long) ((top + ky) % kernel) * linePixels * Lanes.BYTES;
                long to = sums + (long) ky * kernel * Lanes.BYTES;
                DepthwiseTapSums.add(kernel, gradPixels, stride * Lanes.BYTES, line, scratch, to);
            }
        }
    }

    /** From a vector of channels per tap to the taps of each channel. */
    static void store(int used, int taps, boolean accumulate, long sums, long weight) {
        for (int lane = 0; lane < used; lane++) {
            long from = sums + (long) lane * Float.BYTES;
            long to = weight + (long) lane * taps * Float.BYTES;
            for (int tap = 0; tap < taps; tap++) {
                float sum = Memory.ALL.get(Lanes.FLOAT, from + tap * Lanes.BYTES);
                long at = to + (long) tap * Float.BYTES;
                Memory.ALL.set(Lanes.FLOAT, at, accumulate ? Memory.ALL.get(Lanes.FLOAT, at) + sum : sum);
            }
        }
    }
}
