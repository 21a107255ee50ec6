package org.convnext4j.tools.picture;

import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.ResizeRule;
import org.convnext4j.model.image.RgbImage;

/**
 * A picture as the bundled model knows them: grey, the article whole and light on a dark ground.
 *
 * <p>Fashion-MNIST's pictures were made from photographs on white by shrinking the longer edge, turning grey and
 * negating. So here the longer edge counts too, what is left of the square is dark, and a picture whose border is mostly
 * light is negated; none of Fashion-MNIST's 70,000 has such a border.
 *
 * @param picture (H, W, 3), all three channels equal
 * @param negated whether it was dark on light
 */
record ClothingPicture(RgbImage picture, boolean negated) {
    private static final int MIDDLE = 127;
    private static final int MAX_ASPECT = 1000;

    /** From any picture; one that is grey and light on dark already stays as it is. */
    static ClothingPicture of(RgbImage in) {
        int longest = Math.max(in.height(), in.width());
        if (longest / MAX_ASPECT > Math.min(in.height(), in.width())) {
            throw new IllegalArgumentException("a picture of " + in.width() + " x " + in.height()
                    + " is too thin to show clothing; cut it to at most " + MAX_ASPECT + " times as long as wide");
        }
        int pixels = in.height() * in.width();
        byte[] grey = new byte[pixels];
        for (int i = 0; i < pixels; i++) {
            grey[i] = (byte) luma(in.data(), 3 * i);
        }
        boolean negate = borderMean(grey, in.height(), in.width()) > MIDDLE;
        byte[] out = new byte[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            byte value = (byte) (negate ? ~grey[i] : grey[i]);
            out[3 * i] = value;
            out[3 * i + 1] = value;
            out[3 * i + 2] = value;
        }
        return new ClothingPicture(new RgbImage(in.height(), in.width(), out), negate);
    }

    /** The model's preprocessing for this picture: all of it in the square, black around it. */
    Preprocessor fit(Preprocessor square) {
        int longest = Math.max(picture.height(), picture.width());
        return square.withResize(ResizeRule.squash(
                scaled(picture.height(), square.height(), longest), scaled(picture.width(), square.width(), longest)));
    }

    private static int scaled(int edge, int side, int longest) {
        return (int) Math.max(1, Math.round((double) edge * side / longest));
    }

    /** ITU-R 601's luma in 16 bits of fraction, rounded: grey stays what it is. */
    private static int luma(byte[] data, int at) {
        int red = data[at] & 0xff;
        int green = data[at + 1] & 0xff;
        int blue = data[at + 2] & 0xff;
        return (19_595 * red + 38_470 * green + 7_471 * blue + (1 << 15)) >> 16;
    }

    private static double borderMean(byte[] grey, int height, int width) {
        long sum = 0;
        long count = 0;
        for (int y = 0; y < height; y++) {
            boolean whole = y == 0 || y == height - 1;
            for (int x = 0; x < width; x += whole ? 1 : Math.max(1, width - 1)) {
                sum += grey[y * width + x] & 0xff;
                count++;
            }
        }
        return (double) sum / count;
    }
}
