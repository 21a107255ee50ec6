package org.convnext4j.model.data.augment;

import org.convnext4j.model.image.RgbImage;

/**
 * RandAugment's fifteen operations (reference: timm 0.3.3's auto_augment; the arithmetic is Pillow's). Each takes one
 * argument, which follows from the level L = magnitude / 10, from 0 to 1. "Increasing" is the variant in which a larger
 * level always changes the picture more; the paper's recipe uses it.
 */
public enum RandAugmentOperation {
    /** Stretches each channel to 0..255; no argument. */
    AUTO_CONTRAST,
    /** Evens out each channel's histogram; no argument. */
    EQUALIZE,
    /** 255 less each sample; no argument. */
    INVERT,
    /** Turns anticlockwise by the argument, in degrees: 30 L or -30 L. */
    ROTATE,
    /** Keeps as many upper bits as the argument says: 4 - (int) 4 L; not increasing: (int) 4 L. */
    POSTERIZE,
    /** Inverts samples from the argument on: 256 - (int) 256 L; not increasing: (int) 256 L. */
    SOLARIZE,
    /** Adds the argument to samples below 128: (int) 110 L. */
    SOLARIZE_ADD,
    /** Blends with grey by the argument: 1 + 0.9 L or 1 - 0.9 L; not increasing: 0.1 + 1.8 L. */
    COLOR,
    /** Blends with the mean grey; the argument is that of {@link #COLOR}. */
    CONTRAST,
    /** Blends with black; the argument is that of {@link #COLOR}. */
    BRIGHTNESS,
    /** Blends with the smoothed picture; the argument is that of {@link #COLOR}. */
    SHARPNESS,
    /** Moves each row by the argument times its y: 0.3 L or -0.3 L. */
    SHEAR_X,
    /** Moves each column by the argument times its x: 0.3 L or -0.3 L. */
    SHEAR_Y,
    /** Moves all by the argument times the width: 0.45 L or -0.45 L. */
    TRANSLATE_X,
    /** Moves all by the argument times the height: 0.45 L or -0.45 L. */
    TRANSLATE_Y;

    /**
     * What {@link #apply} is given.
     *
     * @param level L, from 0 to 1
     * @param increasing the variant
     * @param negative which of the two signs, where there are two
     * @return 0 for the operations without argument
     */
    public double argument(double level, boolean increasing, boolean negative) {
        double sign = negative ? -1 : 1;
        return switch (this) {
            case AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
            case ROTATE -> sign * (level * 30);
            case POSTERIZE -> increasing ? 4 - (int) (level * 4) : (int) (level * 4);
            case SOLARIZE -> increasing ? 256 - (int) (level * 256) : (int) (level * 256);
            case SOLARIZE_ADD -> (int) (level * 110);
            case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS -> increasing ? 1 + sign * (level * 0.9) : level * 1.8 + 0.1;
            case SHEAR_X, SHEAR_Y -> sign * (level * 0.3);
            case TRANSLATE_X, TRANSLATE_Y -> sign * (level * 0.45);
        };
    }

    /**
     * The changed picture.
     *
     * @param in (H, W, 3)
     * @param argument as {@link #argument} gives it
     * @param fill the colour of what comes from outside the picture
     * @return (H, W, 3); {@code in} itself for a rotation by 0
     */
    public RgbImage apply(RgbImage in, double argument, Fill fill) {
        return switch (this) {
            case AUTO_CONTRAST -> LookupOperations.autoContrast(in);
            case EQUALIZE -> LookupOperations.equalize(in);
            case INVERT -> LookupOperations.invert(in);
            case ROTATE -> AffineOperations.rotate(in, argument, fill);
            case POSTERIZE -> LookupOperations.posterize(in, (int) argument);
            case SOLARIZE -> LookupOperations.solarize(in, (int) argument);
            case SOLARIZE_ADD -> LookupOperations.solarizeAdd(in, (int) argument);
            case COLOR -> EnhanceOperations.color(in, argument);
            case CONTRAST -> EnhanceOperations.contrast(in, argument);
            case BRIGHTNESS -> EnhanceOperations.brightness(in, argument);
            case SHARPNESS -> EnhanceOperations.sharpness(in, argument);
            case SHEAR_X -> AffineOperations.shearX(in, argument, fill);
            case SHEAR_Y -> AffineOperations.shearY(in, argument, fill);
            case TRANSLATE_X -> AffineOperations.translateX(in, argument, fill);
            case TRANSLATE_Y -> AffineOperations.translateY(in, argument, fill);
        };
    }
}
