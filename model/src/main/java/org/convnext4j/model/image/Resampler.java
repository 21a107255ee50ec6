package org.convnext4j.model.image;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

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
        if (width == in.width() && height == in.height()) {
            return crop(in, top, left, rows, columns);
        }
        // What the horizontal pass gives is never stored, but a bound on it is one on the time.
        long passed = height == in.height() ? rows : (long) in.height() * rows / height;
        requireRoom(passed, columns);
        byte[] out = new byte[requireRoom(rows, columns)];
        int step = ResampleWeights.positionsPerTable(filter, in.width(), width);
        for (int x = 0; x < columns; x += step) {
            int n = Math.min(step, columns - x);
            Optional<ResampleWeights> across = width == in.width()
                    ? Optional.empty()
                    : Optional.of(ResampleWeights.of(filter, in.width(), width, left + x, n));
            Columns source = new Columns(in, left + x, n, across);
            if (height == in.height()) {
                copyRows(source, top, rows, out, x * 3, columns * 3);
            } else {
                sumRows(source, filter, height, top, rows, out, x * 3, columns * 3);
            }
        }
        return new RgbImage(rows, columns, out);
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
        byte[] out = new byte[requireRoom(rows, columns)];
        for (int y = 0; y < rows; y++) {
            System.arraycopy(in.data(), ((top + y) * in.width() + left) * 3, out, y * columns * 3, columns * 3);
        }
        return new RgbImage(rows, columns, out);
    }

    private static void copyRows(Columns source, int top, int rows, byte[] out, int to, int stride) {
        for (int y = 0; y < rows; y++) {
            int from = source.load(top + y);
            System.arraycopy(source.row(), from, out, to + y * stride, source.bytes());
        }
    }

    // Each row goes through the horizontal pass once for a table of taps, and then into all sums that it is part of.
    private static void sumRows(
            Columns source, Interpolation filter, int height, int top, int rows, byte[] out, int to, int stride) {
        int step = ResampleWeights.positionsPerTable(filter, source.height(), height);
        for (int y = 0; y < rows; y += step) {
            ResampleWeights down =
                    ResampleWeights.of(filter, source.height(), height, top + y, Math.min(step, rows - y));
            sumRows(source, down, out, to + y * stride, stride);
        }
    }

    private static void sumRows(Columns source, ResampleWeights down, byte[] out, int to, int stride) {
        int outputs = down.start.length;
        int[][] sums = new int[outputs][0];
        int begun = 0;
        int done = 0;
        int[] spare = {};
        int high = down.high();
        for (int row = down.low(); row < high; row++) {
            int from = source.load(row);
            for (; begun < outputs && down.start[begun] <= row; begun++) {
                sums[begun] = spare.length > 0 ? spare : new int[source.bytes()];
                spare = new int[0];
                Arrays.fill(sums[begun], HALF);
            }
            for (int y = done; y < begun; y++) {
                addRow(source.row(), from, down.taps[y * down.width + row - down.start[y]], sums[y]);
            }
            for (; done < begun && down.start[done] + down.count[done] == row + 1; done++) {
                storeRow(sums[done], out, to + done * stride);
                spare = sums[done];
                sums[done] = new int[0];
            }
        }
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

    private static int requireRoom(long rows, int columns) {
        long bytes = 3 * rows * columns;
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "a picture of " + columns + " x " + rows + " is too large to resize; choose a smaller size");
        }
        return (int) bytes;
    }

    /** Some columns of a picture's rows after the horizontal pass, a row at a time. Not thread-safe. */
    private static final class Columns {
        private final RgbImage in;
        private final int left;
        private final int columns;
        private final Optional<ResampleWeights> weights;
        private final byte[] row;

        Columns(RgbImage in, int left, int columns, Optional<ResampleWeights> weights) {
            this.in = in;
            this.left = left;
            this.columns = columns;
            this.weights = weights;
            this.row = weights.isPresent() ? new byte[columns * 3] : in.data();
        }

        int height() {
            return in.height();
        }

        int bytes() {
            return columns * 3;
        }

        /** Where {@link #load} leaves a row. */
        byte[] row() {
            return row;
        }

        /** Makes a row ready; gives the place of its first byte. */
        int load(int y) {
            int start = y * in.width() * 3;
            if (weights.isEmpty()) {
                return start + left * 3;
            }
            resampleRow(in.data(), start, weights.get(), row);
            return 0;
        }
    }

    private static void resampleRow(byte[] in, int row, ResampleWeights weights, byte[] out) {
        int[] taps = weights.taps;
        int[] start = weights.start;
        int[] count = weights.count;
        int at = 0;
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
}
