package org.convnext4j.model.image.webp;

import java.util.Arrays;

/** Predicts whole luma and chroma blocks from the row above and the column on the left (RFC 6386, 12.2 and 12.3). */
final class BlockPredictor {
    private BlockPredictor() {}

    /**
     * Predicts a square block.
     *
     * @param size 16 or 8
     * @param at where its first sample lies
     * @param hasAbove whether there is a macroblock above
     * @param hasLeft whether there is one on the left
     */
    static void predict(int mode, int size, Plane plane, int at, boolean hasAbove, boolean hasLeft) {
        byte[] samples = plane.samples();
        int stride = plane.stride();
        int above = at - stride;
        if (mode == PredictionMode.VERTICAL) {
            for (int y = 0; y < size; y++) {
                System.arraycopy(samples, above, samples, at + y * stride, size);
            }
        } else if (mode == PredictionMode.TRUE_MOTION) {
            for (int y = 0; y < size; y++) {
                int row = at + y * stride;
                int base = (samples[row - 1] & 0xff) - (samples[above - 1] & 0xff);
                for (int x = 0; x < size; x++) {
                    samples[row + x] = Samples.clamp(base + (samples[above + x] & 0xff));
                }
            }
        } else {
            byte mean = mode == PredictionMode.DC ? mean(size, plane, at, hasAbove, hasLeft) : 0;
            for (int y = 0; y < size; y++) {
                int row = at + y * stride;
                Arrays.fill(samples, row, row + size, mode == PredictionMode.DC ? mean : samples[row - 1]);
            }
        }
    }

    private static byte mean(int size, Plane plane, int at, boolean hasAbove, boolean hasLeft) {
        if (!hasAbove && !hasLeft) {
            return (byte) 128;
        }
        byte[] samples = plane.samples();
        int stride = plane.stride();
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum += hasAbove ? samples[at - stride + i] & 0xff : 0;
            sum += hasLeft ? samples[at + i * stride - 1] & 0xff : 0;
        }
        int count = hasAbove && hasLeft ? 2 * size : size;
        return (byte) ((sum + count / 2) / count);
    }
}
