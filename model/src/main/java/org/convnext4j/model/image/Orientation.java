package org.convnext4j.model.image;

/**
 * The eight ways in which EXIF's orientation tag says a stored picture is to be shown. The constants say what is done
 * to the stored picture.
 */
public enum Orientation {
    /** 1: shown as stored. */
    UPRIGHT(1, false, false, false),
    /** 2: left and right swapped. */
    MIRRORED(2, false, true, false),
    /** 3: turned by 180 degrees. */
    HALF_TURN(3, false, true, true),
    /** 4: top and bottom swapped. */
    FLIPPED(4, false, false, true),
    /** 5: rows and columns swapped. */
    TRANSPOSED(5, true, false, false),
    /** 6: turned clockwise by 90 degrees. */
    CLOCKWISE(6, true, false, true),
    /** 7: rows and columns swapped about the other diagonal. */
    TRANSVERSED(7, true, true, true),
    /** 8: turned anticlockwise by 90 degrees. */
    ANTICLOCKWISE(8, true, true, false);

    private final int tag;
    private final boolean swaps;
    private final boolean fromRight;
    private final boolean fromBottom;

    Orientation(int tag, boolean swaps, boolean fromRight, boolean fromBottom) {
        this.tag = tag;
        this.swaps = swaps;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
    }

    /**
     * The orientation of this EXIF number.
     *
     * @param tag 1..8
     * @return {@link #UPRIGHT} for any other number, as viewers do
     */
    public static Orientation ofTag(int tag) {
        for (Orientation value : values()) {
            if (value.tag == tag) {
                return value;
            }
        }
        return UPRIGHT;
    }

    static Orientation of(ImageFormat format, byte[] data) {
        return ofTag(Exif.orientation(format, data));
    }

    /**
     * The picture as it is to be shown.
     *
     * @param in (H, W, 3)
     * @return (H, W, 3), or (W, H, 3) for the four that swap rows and columns; {@code in} itself for {@link #UPRIGHT}
     */
    public RgbImage apply(RgbImage in) {
        if (this == UPRIGHT) {
            return in;
        }
        int height = swaps ? in.width() : in.height();
        int width = swaps ? in.height() : in.width();
        byte[] source = in.data();
        byte[] out = new byte[source.length];
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = swaps ? x : y;
                int column = swaps ? y : x;
                row = fromBottom ? in.height() - 1 - row : row;
                column = fromRight ? in.width() - 1 - column : column;
                int from = (row * in.width() + column) * 3;
                out[to++] = source[from];
                out[to++] = source[from + 1];
                out[to++] = source[from + 2];
            }
        }
        return new RgbImage(height, width, out);
    }
}
