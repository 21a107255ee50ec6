package org.convnext4j.model.image;

import java.util.Arrays;
import java.util.Objects;

/**
 * Separable, antialiased resizing that gives the very bytes Pillow's {@code Image.resize} gives for an RGB picture
 * (reference: Pillow's Resample.c): horizontal pass first, then vertical, each in 22-bit fixed point and rounded to a
 * byte. A direction whose size does not change is not filtered.
 */
public final class Resampler {
    private static final int HALF = 1 << (ResampleWeights.PRECISION_BITS - 1);

    private Resampler() {}

    /**
     * The whole picture at another size.
     *
     * @param in (H, W, 3)
     * @param height the new H, at least 1
     * @param width the new W, at least 1
     * @return (height, width, 3); {@code in} itself if the size is the same
     * @throws IllegalArgumentException if a size is below 1 or the result exceeds an array
     */
    public static RgbImage resize(RgbImage in, int height, int width, Interpolation filter) {
        return resize(in, height, width, filter, 0, 0, height, width);
    }

    /**
     * A window of the resized picture, at the cost of the window only; the bytes are those of resizing everything and
     * cropping afterwards.
     *
     * @param in (H, W, 3)
     * @param height the H of the whole resized picture, at least 1
     * @param width the W of the whole resized picture, at least 1
     * @param top the window's first row in the resized picture
     * @param left the window's first column in the resized picture
     * @param rows the window's H
     * @param columns the window's W
     * @return (rows, columns, 3)
     * @throws IllegalArgumentException if a size is below 1 or the result exceeds an array
     * @throws IndexOutOfBoundsException if the window does not lie inside the resized picture
     */
    public static RgbImage resize(
            RgbImage in, int height, int width, Interpolation filter, int top, int left, int rows, int columns) {
        if (height < 1 || width < 1 || rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "cannot resize to " + width + " x " + height + ", window " + columns + " x " + rows);
        }
        Objects.checkFromIndexSize(top, rows, height);
        Objects.checkFromIndexSize(left, columns, width);
        boolean horizontal = width != in.width();
        boolean vertical = height != in.height();
        if (!horizontal && !vertical) {
            return crop(in, top, left, rows, columns);
        }
        if (!vertical) {
            return horizontal(in, ResampleWeights.of(filter, in.width(), width, left, columns), top, rows);
        }
        ResampleWeights weights = ResampleWeights.of(filter, in.height(), height, top, rows);
        int low = weights.low();
        int needed = weights.high() - low;
        RgbImage between = horizontal
                ? horizontal(in, ResampleWeights.of(filter, in.width(), width, left, columns), low, needed)
                : crop(in, low, left, needed, columns);
        return vertical(between, weights, low);
    }

    /**
     * A window of a picture.
     *
     * @param in (H, W, 3)
     * @param top the window's first row
     * @param left the window's first column
     * @param rows the window's H, at least 1
     * @param columns the window's W, at least 1
     * @return (rows, columns, 3); {@code in} itself if that is all of it
     * @throws IndexOutOfBoundsException if the window does not lie inside the picture
     */
    public static RgbImage crop(RgbImage in, int top, int left, int rows, int columns) {
        Objects.checkFromIndexSize(top, rows, in.height());
        Objects.checkFromIndexSize(left, columns, in.width());
        if (rows == in.height() && columns == in.width()) {
            return in;
        }
        byte[] out = new byte[bytes(rows, columns)];
        for (int y = 0; y < rows; y++) {
            System.arraycopy(in.data(), ((top + y) * in.width() + left) * 3, out, y * columns * 3, columns * 3);
        }
        return new RgbImage(rows, columns, out);
    }

    private static RgbImage horizontal(RgbImage in, ResampleWeights weights, int top, int rows) {
        int columns = weights.start.length;
        byte[] out = new byte[bytes(rows, columns)];
        for (int y = 0; y < rows; y++) {
            horizontalRow(in.data(), (top + y) * in.width() * 3, weights, out, y * columns * 3);
        }
        return new RgbImage(rows, columns, out);
    }

    private static void horizontalRow(byte[] in, int row, ResampleWeights weights, byte[] out, int to) {
        int[] taps = weights.taps;
        int[] start = weights.start;
        int[] count = weights.count;
        int at = to;
        for (int x = 0; x < start.length; x++) {
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            int from = row + start[x] * 3;
            int tap = x * weights.width;
            int end = tap + count[x];
            for (; tap < end; tap++, from += 3) {
                int weight = taps[tap];
                red += (in[from] & 0xff) * weight;
                green += (in[from + 1] & 0xff) * weight;
                blue += (in[from + 2] & 0xff) * weight;
            }
            out[at++] = toByte(red);
            out[at++] = toByte(green);
            out[at++] = toByte(blue);
        }
    }

    private static RgbImage vertical(RgbImage in, ResampleWeights weights, int offset) {
        int rows = weights.start.length;
        int stride = in.width() * 3;
        byte[] out = new byte[bytes(rows, in.width())];
        int[] sums = new int[stride];
        for (int y = 0; y < rows; y++) {
            Arrays.fill(sums, HALF);
            int from = (weights.start[y] - offset) * stride;
            int tap = y * weights.width;
            for (int i = 0; i < weights.count[y]; i++) {
                addRow(in.data(), from + i * stride, weights.taps[tap + i], sums);
            }
            storeRow(sums, out, y * stride);
        }
        return new RgbImage(rows, in.width(), out);
    }

    private static void addRow(byte[] in, int from, int weight, int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += (in[from + x] & 0xff) * weight;
        }
    }

    private static void storeRow(int[] sums, byte[] out, int to) {
        for (int x = 0; x < sums.length; x++) {
            out[to + x] = toByte(sums[x]);
        }
    }

    private static byte toByte(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> ResampleWeights.PRECISION_BITS));
    }

    private static int bytes(int rows, int columns) {
        long bytes = 3L * rows * columns;
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "a picture of " + columns + " x " + rows + " is too large to resize; choose a smaller size");
        }
        return (int) bytes;
    }
}
