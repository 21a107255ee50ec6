package org.convnext4j.model.data.augment;

import java.util.Arrays;
import org.convnext4j.model.image.RgbImage;

/**
 * Operations that blend a picture with a poorer one, with the very bytes of Pillow's ImageEnhance: a factor of 0 gives
 * the poorer picture, 1 the same, above 1 moves away from the poorer one. Pictures are (H, W, 3) and of the same size
 * before and after.
 */
final class EnhanceOperations {
    private EnhanceOperations() {}

    /** Against the picture in grey. */
    static RgbImage color(RgbImage in, double factor) {
        byte[] data = in.data();
        byte[] grey = new byte[data.length];
        for (int i = 0; i < data.length; i += 3) {
            byte luma = (byte) luma(data, i);
            grey[i] = luma;
            grey[i + 1] = luma;
            grey[i + 2] = luma;
        }
        return blend(grey, in, factor);
    }

    /** Against the mean grey, rounded half up. */
    static RgbImage contrast(RgbImage in, double factor) {
        byte[] data = in.data();
        long sum = 0;
        for (int i = 0; i < data.length; i += 3) {
            sum += luma(data, i);
        }
        double mean = (double) sum / ((long) in.height() * in.width());
        byte[] flat = new byte[data.length];
        Arrays.fill(flat, (byte) (int) (mean + 0.5));
        return blend(flat, in, factor);
    }

    /** Against black. */
    static RgbImage brightness(RgbImage in, double factor) {
        return blend(new byte[in.data().length], in, factor);
    }

    /** Against the picture smoothed with the weights 1 and, at the centre, 5, over 13. */
    static RgbImage sharpness(RgbImage in, double factor) {
        return blend(smooth(in), in, factor);
    }

    /** The pixels of the edge, and pictures without others, are kept. */
    private static byte[] smooth(RgbImage in) {
        byte[] data = in.data();
        byte[] out = data.clone();
        int stride = in.width() * 3;
        for (int y = 1; y < in.height() - 1; y++) {
            for (int i = y * stride + 3; i < (y + 1) * stride - 3; i++) {
                int sum = row(data, i - stride) + row(data, i) + row(data, i + stride) + 4 * (data[i] & 0xff);
                // sum / 13 rounded to the nearest; there are no ties
                out[i] = (byte) ((2 * sum + 13) / 26);
            }
        }
        return out;
    }

    private static int row(byte[] data, int i) {
        return (data[i - 3] & 0xff) + (data[i] & 0xff) + (data[i + 3] & 0xff);
    }

    /** The luma of ITU-R 601 in 16-bit fixed point. */
    private static int luma(byte[] data, int i) {
        return ((data[i] & 0xff) * 19595 + (data[i + 1] & 0xff) * 38470 + (data[i + 2] & 0xff) * 7471 + 0x8000) >> 16;
    }

    // Pillow takes the factor as a float and truncates.
    private static RgbImage blend(byte[] poorer, RgbImage in, double factor) {
        float alpha = (float) factor;
        byte[] data = in.data();
        byte[] out = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            int from = poorer[i] & 0xff;
            float value = from + alpha * ((data[i] & 0xff) - from);
            out[i] = (byte) (int) Math.max(0, Math.min(255, value));
        }
        return new RgbImage(in.height(), in.width(), out);
    }
}
