package org.convnext4j.model.data.augment;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.convnext4j.model.image.RgbImage;

/**
 * Operations that move pixels, with the very bytes of Pillow's bicubic affine transform: not antialiased, a = -1 (not
 * the -0.5 of its resizing), in doubles, truncated. Pictures are (H, W, 3) and of the same size before and after;
 * places that come from outside the picture get the fill.
 */
final class AffineOperations {
    private AffineOperations() {}

    /** Anticlockwise about the centre. */
    static RgbImage rotate(RgbImage in, double degrees, Fill fill) {
        double positive = degrees % 360;
        positive = positive < 0 ? positive + 360 : positive;
        if (positive == 0) {
            return in;
        }
        double angle = -Math.toRadians(positive);
        double cos = round15(StrictMath.cos(angle));
        double sin = round15(StrictMath.sin(angle));
        double centreX = in.width() / 2.0;
        double centreY = in.height() / 2.0;
        double x = cos * -centreX + sin * -centreY + centreX;
        double y = -sin * -centreX + cos * -centreY + centreY;
        return transform(in, cos, sin, x, -sin, cos, y, fill);
    }

    // Pillow does so, to make quarter turns exact.
    private static double round15(double value) {
        return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
    }

    /** Row y moves by {@code factor * y} to the left. */
    static RgbImage shearX(RgbImage in, double factor, Fill fill) {
        return transform(in, 1, factor, 0, 0, 1, 0, fill);
    }

    /** Column x moves by {@code factor * x} upwards. */
    static RgbImage shearY(RgbImage in, double factor, Fill fill) {
        return transform(in, 1, 0, 0, factor, 1, 0, fill);
    }

    /** All moves by {@code share} of the width to the left. */
    static RgbImage translateX(RgbImage in, double share, Fill fill) {
        return transform(in, 1, 0, share * in.width(), 0, 1, 0, fill);
    }

    /** All moves by {@code share} of the height upwards. */
    static RgbImage translateY(RgbImage in, double share, Fill fill) {
        return transform(in, 1, 0, 0, 0, 1, share * in.height(), fill);
    }

    /** The pixel at (x, y) comes from (a x + b y + c, d x + e y + f), both measured at pixels' centres. */
    private static RgbImage transform(
            RgbImage in, double a, double b, double c, double d, double e, double f, Fill fill) {
        byte[] out = new byte[in.data().length];
        fill.into(out);
        int to = 0;
        for (int y = 0; y < in.height(); y++) {
            double yy = y + 0.5;
            for (int x = 0; x < in.width(); x++, to += 3) {
                double xx = x + 0.5;
                double fromX = a * xx + b * yy + c;
                double fromY = d * xx + e * yy + f;
                if (fromX >= 0 && fromX < in.width() && fromY >= 0 && fromY < in.height()) {
                    pixel(in, fromX - 0.5, fromY - 0.5, out, to);
                }
            }
        }
        return new RgbImage(in.height(), in.width(), out);
    }

    private static void pixel(RgbImage in, double x, double y, byte[] out, int to) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double dx = x - left;
        double dy = y - top;
        int x0 = column(in, left - 1);
        int x1 = column(in, left);
        int x2 = column(in, left + 1);
        int x3 = column(in, left + 2);
        int y0 = row(in, top - 1);
        int y1 = row(in, top);
        int y2 = row(in, top + 1);
        int y3 = row(in, top + 2);
        byte[] data = in.data();
        for (int c = 0; c < 3; c++) {
            double v0 = horizontal(data, y0 + c, x0, x1, x2, x3, dx);
            double v1 = horizontal(data, y1 + c, x0, x1, x2, x3, dx);
            double v2 = horizontal(data, y2 + c, x0, x1, x2, x3, dx);
            double v3 = horizontal(data, y3 + c, x0, x1, x2, x3, dx);
            double value = cubic(v0, v1, v2, v3, dy);
            out[to + c] = (byte) (int) Math.max(0, Math.min(255, value));
        }
    }

    private static int column(RgbImage in, int x) {
        return Math.max(0, Math.min(in.width() - 1, x)) * 3;
    }

    private static int row(RgbImage in, int y) {
        return Math.max(0, Math.min(in.height() - 1, y)) * in.width() * 3;
    }

    private static double horizontal(byte[] data, int row, int x0, int x1, int x2, int x3, double d) {
        return cubic(data[row + x0] & 0xff, data[row + x1] & 0xff, data[row + x2] & 0xff, data[row + x3] & 0xff, d);
    }

    private static double cubic(double v0, double v1, double v2, double v3, double d) {
        double linear = -v0 + v2;
        double square = 2 * (v0 - v1) + v2 - v3;
        double cube = -v0 + v1 - v2 + v3;
        return v1 + d * (linear + d * (square + d * cube));
    }
}
