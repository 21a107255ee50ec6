package org.convnext4j.model.image;

import java.util.Locale;

/** A resampling filter, with the kernels that Pillow's Resample.c uses. */
public enum Interpolation {
    /** The average over the area; support 0.5. */
    BOX(0.5),
    /** The triangle; support 1. */
    BILINEAR(1),
    /** The cubic convolution with a = -0.5; support 2. */
    BICUBIC(2),
    /** The windowed sinc of three lobes; support 3. */
    LANCZOS(3);

    private final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** How far the kernel reaches to either side, in output pixels when shrinking, in input pixels when enlarging. */
    public double support() {
        return support;
    }

    /** The kernel's value at {@code x}, not normalised. */
    public double weight(double x) {
        return switch (this) {
            case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
            case BILINEAR -> Math.max(0, 1 - Math.abs(x));
            case BICUBIC -> cubic(Math.abs(x));
            case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        };
    }

    /**
     * The filter of this name in any case: {@code bicubic}, {@code bilinear}, {@code lanczos} or {@code box}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Interpolation byName(String name) {
        for (Interpolation value : values()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                "no interpolation is called '" + name + "'; choose bicubic, bilinear, lanczos or box");
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
