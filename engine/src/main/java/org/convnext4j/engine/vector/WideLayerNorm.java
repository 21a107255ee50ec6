package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.FLOAT;

/**
 * Layer normalisation of single rows in double, for those that floats cannot do: where the squares overflow, which would
 * make the scale 0 and the result the bias, whatever the row was; and where the mean is so much larger than the deviation
 * that its rounding shows, for all differences from it are off by that. Rows of networks are neither, so this costs them
 * a comparison.
 */
final class WideLayerNorm {
    /**
     * The square of how many deviations a mean may be large in floats. The mean is then off by some 32 roundings of a
     * result of 1, as large as what the sums of a row of 1000 channels bring.
     */
    private static final float FAR = 32 * 32;

    private WideLayerNorm() {}

    /**
     * Whether a row needs doubles.
     *
     * @param mean of its channels, or 0 for norms that do not centre
     * @param squares the sum of the squared differences from it; NaN is for doubles, too
     */
    static boolean isNeeded(int channels, float mean, float squares, float epsilon) {
        boolean near = mean * mean * channels <= FAR * (squares + epsilon * channels);
        return !(near && squares <= Float.MAX_VALUE);
    }

    /** 1 over the deviation, whose divisor is one less than the channels, of a row that is not centred. */
    static float deviationScale(int channels, float epsilon, long x) {
        return (float) (1 / Math.sqrt(squares(channels, mean(channels, x), x) / (channels - 1) + epsilon));
    }

    /** 1 over the root of the mean square. */
    static float rmsScale(int channels, float epsilon, long x) {
        return (float) scale(channels, 0, epsilon, x);
    }

    private static double mean(int channels, long x) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            sum += get(x, c);
        }
        return sum / channels;
    }

    private static double squares(int channels, double mean, long x) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            double d = get(x, c) - mean;
            sum += d * d;
        }
        return sum;
    }

    private static double scale(int channels, double mean, float epsilon, long x) {
        return 1 / Math.sqrt(squares(channels, mean, x) / channels + epsilon);
    }

    static void normalize(int channels, float epsilon, long x, long y) {
        double mean = mean(channels, x);
        double scale = scale(channels, mean, epsilon, x);
        for (int c = 0; c < channels; c++) {
            set(y, c, (get(x, c) - mean) * scale);
        }
    }

    static void affine(int channels, float epsilon, long weight, long bias, long x, long y) {
        double mean = mean(channels, x);
        double scale = scale(channels, mean, epsilon, x);
        for (int c = 0; c < channels; c++) {
            set(y, c, (get(x, c) - mean) * scale * get(weight, c) + get(bias, c));
        }
    }

    /** {@code part} is (2, C): the row's share in the gradients of weight and bias is added to it. */
    static void gradient(int channels, float epsilon, long weight, long x, long gradY, long gradX, long part) {
        double mean = mean(channels, x);
        double scale = scale(channels, mean, epsilon, x);
        double sum = 0;
        double normalSum = 0;
        for (int c = 0; c < channels; c++) {
            double in = get(gradY, c);
            double normal = (get(x, c) - mean) * scale;
            set(part, c, get(part, c) + in * normal);
            set(part, channels + c, get(part, channels + c) + in);
            sum += in * get(weight, c);
            normalSum += in * get(weight, c) * normal;
        }
        for (int c = 0; c < channels; c++) {
            double normal = (get(x, c) - mean) * scale;
            double in = get(gradY, c) * get(weight, c);
            set(gradX, c, (in - sum / channels - normal * normalSum / channels) * scale);
        }
    }

    /** As {@link #gradient}, of a norm that does not centre: by the deviation about the mean, or the root mean square. */
    static void scaleGradient(
            boolean aboutMean, int channels, float epsilon, long weight, long x, long gradY, long gradX, long part) {
        double centre = aboutMean ? mean(channels, x) : 0;
        int divisor = aboutMean ? channels - 1 : channels;
        double scale = 1 / Math.sqrt(squares(channels, centre, x) / divisor + epsilon);
        double normalSum = 0;
        for (int c = 0; c < channels; c++) {
            double in = get(gradY, c);
            double normal = get(x, c) * scale;
            set(part, c, get(part, c) + in * normal);
            set(part, channels + c, get(part, channels + c) + in);
            normalSum += in * get(weight, c) * normal;
        }
        for (int c = 0; c < channels; c++) {
            double normal = (get(x, c) - centre) * scale;
            set(gradX, c, (get(gradY, c) * get(weight, c) - normal * normalSum / divisor) * scale);
        }
    }

    private static double get(long address, int index) {
        return Memory.ALL.get(FLOAT, address + (long) index * Float.BYTES);
    }

    private static void set(long address, int index, double value) {
        Memory.ALL.set(FLOAT, address + (long) index * Float.BYTES, (float) value);
    }
}
