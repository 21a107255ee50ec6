package org.convnext4j.model.image;

import java.util.Locale;

/** A resampling filter, with the kernels that Pillow's Resample.c uses, or none. */
public enum Interpolation {
    /** No filter: the sample that lies nearest to the output pixel's centre, also when shrinking. */
    NEAREST(0, 0),
    /** The average over the area; support 0.5. */
    BOX(0.5, 4),
    /** The triangle; support 1. */
    BILINEAR(1, 2),
    /** The sinc of one lobe in a Hamming window; support 1. */
    HAMMING(1, 5),
    /** The cubic convolution with a = -0.5; support 2. */
    BICUBIC(2, 3),
    /** The windowed sinc of three lobes; support 3. */
    LANCZOS(3, 1);

    /** All names, as a message lists them. */
    static final String NAMES = "bicubic, bilinear, lanczos, box, hamming or nearest";

    private final double support;
    private final int pillowNumber;

    Interpolation(double support, int pillowNumber) {
        this.support = support;
        this.pillowNumber = pillowNumber;
    }

    /** How far the kernel reaches to either side, in output pixels when shrinking, in input pixels when enlarging. */
    public double support() {
        return support;
    }

    /** The kernel's value at {@code x}, not normalised. */
    public double weight(double x) {
        return switch (this) {
            case NEAREST -> 1;
            case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
            case BILINEAR -> Math.max(0, 1 - Math.abs(x));
            case HAMMING -> Math.abs(x) < 1 ? hamming(Math.abs(x)) : 0;
            case BICUBIC -> cubic(Math.abs(x));
            case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        };
    }

    /**
     * The filter of this name in any case: {@code bicubic}, {@code bilinear}, {@code lanczos}, {@code box}, {@code hamming}
     * or {@code nearest}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Interpolation byName(String name) {
        for (Interpolation value : values()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new IllegalArgumentException("no interpolation is called '" + name + "'; choose " + NAMES);
    }

    /** The number that Pillow gives this filter. */
    int pillowNumber() {
        return pillowNumber;
    }

    /**
     * The filter that Pillow gives this number.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Interpolation byPillowNumber(int number) {
        for (Interpolation value : values()) {
            if (value.pillowNumber == number) {
                return value;
            }
        }
        throw new IllegalArgumentException("no interpolation has the number " + number);
    }

    private static double hamming(double x) {
        return sinc(x) * (0.54f + 0.46f * Math.cos(x * Math.PI));
    }

    private static double cubic(double x) {
        if (x < 1) {
            return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    }

    private static double sinc(double x) {
        if (x == 0) {
            return 1;
        }
        double angle = x * Math.PI;
        return Math.sin(angle) / angle;
    }
}
