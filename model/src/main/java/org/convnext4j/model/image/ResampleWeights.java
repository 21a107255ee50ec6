package org.convnext4j.model.image;

import java.util.Arrays;

/**
 * The taps of one pass: output position {@code first + i} is the weighted sum of {@code count[i]} input samples from
 * {@code start[i]} on, with weights in units of 2^-22 at {@code taps[i * width ...]}.
 *
 * <p>Weights are computed and normalised in double and then rounded half away from zero, as Pillow's Resample.c does.
 */
final class ResampleWeights {
    /** The fraction bits of the fixed-point weights: an int less 8 bits of sample and 2 of headroom. */
    static final int PRECISION_BITS = 22;

    private static final int MAX_TAPS = 1 << 22;

    final int[] start;
    final int[] count;
    final int[] taps;
    final int width;

    private ResampleWeights(int[] start, int[] count, int[] taps, int width) {
        this.start = start;
        this.count = count;
        this.taps = taps;
        this.width = width;
    }

    /** The taps for the output positions first .. first + n - 1 of a resize from {@code in} to {@code out} samples. */
    static ResampleWeights of(Interpolation filter, int in, int out, int first, int n) {
        double scale = (double) in / out;
        if (filter == Interpolation.NEAREST) {
            return nearest(scale, in, first, n);
        }
        double stretch = Math.max(scale, 1);
        double support = filter.support() * stretch;
        int width = width(filter, in, out);
        int[] start = new int[n];
        int[] count = new int[n];
        int[] taps = new int[Math.multiplyExact(n, width)];
        double shrink = 1 / stretch;
        for (int i = 0; i < n; i++) {
            double center = (first + i + 0.5) * scale;
            int low = Math.max(0, (int) (center - support + 0.5));
            int high = Math.min(in, (int) (center + support + 0.5));
            double sum = 0;
            for (int x = low; x < high; x++) {
                sum += filter.weight((x - center + 0.5) * shrink);
            }
            for (int x = 0; x < high - low; x++) {
                double weight = filter.weight((low + x - center + 0.5) * shrink);
                weight = sum == 0 ? weight : weight / sum;
                double scaled = weight * (1 << PRECISION_BITS);
                taps[i * width + x] = (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
            }
            start[i] = low;
            count[i] = high - low;
        }
        return new ResampleWeights(start, count, taps, width);
    }

    /** The most taps of one output position of a resize from {@code in} to {@code out} samples. */
    private static int width(Interpolation filter, int in, int out) {
        double support = filter.support() * Math.max((double) in / out, 1);
        return (int) Math.min(2 * (long) Math.ceil(support) + 1, in);
    }

    /** For how many output positions a table of taps stays small beside a picture, at least one. */
    static int positionsPerTable(Interpolation filter, int in, int out) {
        return Math.max(1, MAX_TAPS / width(filter, in, out));
    }

    /** One sample of full weight each. Pillow adds up the positions from the first on, which rounds otherwise than a product. */
    private static ResampleWeights nearest(double scale, int in, int first, int n) {
        int[] start = new int[n];
        int[] count = new int[n];
        int[] taps = new int[n];
        double position = scale * 0.5;
        for (int i = 0; i < first + n; i++) {
            if (i >= first) {
                start[i - first] = Math.min((int) position, in - 1);
            }
            position += scale;
        }
        Arrays.fill(count, 1);
        Arrays.fill(taps, 1 << PRECISION_BITS);
        return new ResampleWeights(start, count, taps, 1);
    }

    /** The first input sample that any output position needs. */
    int low() {
        int low = Integer.MAX_VALUE;
        for (int value : start) {
            low = Math.min(low, value);
        }
        return low;
    }

    /** One past the last input sample that any output position needs. */
    int high() {
        int high = 0;
        for (int i = 0; i < start.length; i++) {
            high = Math.max(high, start[i] + count[i]);
        }
        return high;
    }
}
