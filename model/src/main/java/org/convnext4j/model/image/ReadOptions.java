package org.convnext4j.model.image;

/**
 * How pictures are read. Those that are more than {@link #MAX_ASPECT} times as long as wide are refused by every reader.
 *
 * @param maxPixels the most pixels (H * W) that a picture may declare; larger ones are refused before they are decoded
 * @param applyOrientation whether a picture is turned the way its EXIF orientation asks; Pillow and torchvision do not
 *     do this by themselves
 */
public record ReadOptions(long maxPixels, boolean applyOrientation) {
    /** 100 million pixels, 300 MB as RGB. */
    public static final long DEFAULT_MAX_PIXELS = 100_000_000;

    /** The most that the longer edge may be of the shorter one: no preset can use more, and decoders take long for it. */
    public static final int MAX_ASPECT = 1_000_000;

    /** At most {@link #DEFAULT_MAX_PIXELS}, orientation not applied. */
    public static final ReadOptions DEFAULTS = new ReadOptions(DEFAULT_MAX_PIXELS, false);

    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public ReadOptions {
        if (maxPixels < 1) {
            throw new IllegalArgumentException("the pixel limit must be at least 1, but is " + maxPixels);
        }
    }

    /** The same with another limit. */
    public ReadOptions withMaxPixels(long pixels) {
        return new ReadOptions(pixels, applyOrientation);
    }

    /** The same with the EXIF orientation applied or not. */
    public ReadOptions withOrientation(boolean apply) {
        return new ReadOptions(maxPixels, apply);
    }
}
