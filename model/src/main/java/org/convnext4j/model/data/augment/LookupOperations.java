package org.convnext4j.model.data.augment;

import org.convnext4j.model.image.RgbImage;

/**
 * Operations that replace each sample by a table's entry, with the very bytes of Pillow's ImageOps. Pictures are
 * (H, W, 3) and of the same size before and after.
 */
final class LookupOperations {
    private static final int CHANNELS = 3;
    private static final int LEVELS = 256;

    private LookupOperations() {}

    /** Stretches each channel to 0..255; a channel of one value stays. */
    static RgbImage autoContrast(RgbImage in) {
        int[][] histograms = histograms(in);
        byte[][] tables = new byte[CHANNELS][];
        for (int c = 0; c < CHANNELS; c++) {
            tables[c] = stretch(histograms[c]);
        }
        return look(in, tables);
    }

    private static byte[] stretch(int[] histogram) {
        int low = 0;
        while (histogram[low] == 0) {
            low++;
        }
        int high = LEVELS - 1;
        while (histogram[high] == 0) {
            high--;
        }
        byte[] table = new byte[LEVELS];
        double scale = high > low ? 255.0 / (high - low) : 1;
        double offset = high > low ? -low * scale : 0;
        for (int i = 0; i < LEVELS; i++) {
            table[i] = (byte) Math.max(0, Math.min(255, (int) (i * scale + offset)));
        }
        return table;
    }

    /** Makes each channel's histogram as even as a table can. */
    static RgbImage equalize(RgbImage in) {
        int[][] histograms = histograms(in);
        byte[][] tables = new byte[CHANNELS][];
        for (int c = 0; c < CHANNELS; c++) {
            tables[c] = even(histograms[c], in.height() * in.width());
        }
        return look(in, tables);
    }

    private static byte[] even(int[] histogram, int pixels) {
        int last = LEVELS - 1;
        while (histogram[last] == 0) {
            last--;
        }
        int step = (pixels - histogram[last]) / 255;
        byte[] table = new byte[LEVELS];
        int sum = step / 2;
        for (int i = 0; i < LEVELS; i++) {
            // pixels / 255 is rounded down, so the quotient may pass 255; Pillow clips it
            table[i] = (byte) (step == 0 ? i : Math.min(255, sum / step));
            sum += histogram[i];
        }
        return table;
    }

    /** 255 less each sample. */
    static RgbImage invert(RgbImage in) {
        return solarize(in, 0);
    }

    /** Keeps the upper bits of each sample, 0 to 8 of them. */
    static RgbImage posterize(RgbImage in, int bits) {
        int mask = -(1 << (8 - bits));
        byte[] table = new byte[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            table[i] = (byte) (i & mask);
        }
        return look(in, new byte[][] {table, table, table});
    }

    /** Inverts samples from {@code threshold} on. */
    static RgbImage solarize(RgbImage in, int threshold) {
        byte[] table = new byte[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            table[i] = (byte) (i < threshold ? i : 255 - i);
        }
        return look(in, new byte[][] {table, table, table});
    }

    /** Adds to samples below 128, up to 255. */
    static RgbImage solarizeAdd(RgbImage in, int addend) {
        byte[] table = new byte[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            table[i] = (byte) (i < 128 ? Math.min(255, i + addend) : i);
        }
        return look(in, new byte[][] {table, table, table});
    }

    private static int[][] histograms(RgbImage in) {
        int[][] counts = new int[CHANNELS][LEVELS];
        byte[] data = in.data();
        for (int i = 0; i < data.length; i += CHANNELS) {
            counts[0][data[i] & 0xff]++;
            counts[1][data[i + 1] & 0xff]++;
            counts[2][data[i + 2] & 0xff]++;
        }
        return counts;
    }

    private static RgbImage look(RgbImage in, byte[][] tables) {
        byte[] data = in.data();
        byte[] out = new byte[data.length];
        byte[] red = tables[0];
        byte[] green = tables[1];
        byte[] blue = tables[2];
        for (int i = 0; i < data.length; i += CHANNELS) {
            out[i] = red[data[i] & 0xff];
            out[i + 1] = green[data[i + 1] & 0xff];
            out[i + 2] = blue[data[i + 2] & 0xff];
        }
        return new RgbImage(in.height(), in.width(), out);
    }
}
