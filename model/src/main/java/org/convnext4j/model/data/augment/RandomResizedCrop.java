package org.convnext4j.model.data.augment;

import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Resampler;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.RandomStream;

/**
 * A window of random area and aspect, resized to the network's size (reference: timm 0.3.3, RandomResizedCropAndInterpolation).
 *
 * @param minScale the least share of the picture's area, above 0
 * @param maxScale the largest, at most 1
 * @param interpolation the resampling filter
 */
public record RandomResizedCrop(double minScale, double maxScale, Interpolation interpolation) implements TrainingCrop {
    /** The paper's: 8 % to all of the picture, bicubic. */
    public static final RandomResizedCrop DEFAULT = new RandomResizedCrop(0.08, 1, Interpolation.BICUBIC);

    private static final int ATTEMPTS = 10;
    private static final double MIN_RATIO = 3 / 4.0;
    private static final double MAX_RATIO = 4 / 3.0;
    private static final double MIN_LOG_RATIO = StrictMath.log(MIN_RATIO);
    private static final double MAX_LOG_RATIO = StrictMath.log(MAX_RATIO);

    /**
     * Checks the shares.
     *
     * @throws IllegalArgumentException unless {@code 0 < minScale <= maxScale <= 1}
     */
    public RandomResizedCrop {
        if (!(minScale > 0 && minScale <= maxScale && maxScale <= 1)) {
            throw new IllegalArgumentException(
                    "the crop's scale must satisfy 0 < min <= max <= 1, but is " + minScale + " to " + maxScale);
        }
    }

    @Override
    public RgbImage apply(RgbImage in, int size, RandomStream random) {
        Window window = window(in.height(), in.width(), random);
        RgbImage part = Resampler.crop(in, window.top(), window.left(), window.height(), window.width());
        return Resampler.resize(part, size, size, interpolation);
    }

    /**
     * Draws the window: ten times an area, then the logarithm of width / height, until the window fits; its row and
     * column follow. If none fits, the central window of the nearest allowed aspect is taken.
     *
     * @param height the picture's H
     * @param width the picture's W
     */
    public Window window(int height, int width, RandomStream random) {
        double area = (double) height * width;
        for (int i = 0; i < ATTEMPTS; i++) {
            double target = random.uniform(minScale, maxScale) * area;
            double ratio = StrictMath.exp(random.uniform(MIN_LOG_RATIO, MAX_LOG_RATIO));
            long columns = (long) Math.rint(Math.sqrt(target * ratio));
            long rows = (long) Math.rint(Math.sqrt(target / ratio));
            // a window without pixels, possible in pictures of a few pixels only, does not fit either
            if (columns >= 1 && rows >= 1 && columns <= width && rows <= height) {
                int top = random.integer(height - (int) rows + 1);
                int left = random.integer(width - (int) columns + 1);
                return new Window(top, left, (int) rows, (int) columns);
            }
        }
        return central(height, width);
    }

    private static Window central(int height, int width) {
        double ratio = (double) width / height;
        int rows = height;
        int columns = width;
        if (ratio < MIN_RATIO) {
            rows = (int) Math.rint(width / MIN_RATIO);
        } else if (ratio > MAX_RATIO) {
            columns = (int) Math.rint(height * MAX_RATIO);
        }
        return new Window((height - rows) / 2, (width - columns) / 2, rows, columns);
    }
}
