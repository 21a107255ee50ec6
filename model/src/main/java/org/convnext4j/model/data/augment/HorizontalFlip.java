package org.convnext4j.model.data.augment;

import org.convnext4j.model.image.RgbImage;

/** Left and right exchanged. */
public final class HorizontalFlip {
    private HorizontalFlip() {}

    /**
     * The mirrored picture.
     *
     * @param in (H, W, 3)
     * @return (H, W, 3)
     */
    public static RgbImage apply(RgbImage in) {
        int stride = in.width() * 3;
        byte[] data = in.data();
        byte[] out = new byte[data.length];
        for (int row = 0; row < data.length; row += stride) {
            for (int from = row, to = row + stride - 3; from < row + stride; from += 3, to -= 3) {
                out[to] = data[from];
                out[to + 1] = data[from + 1];
                out[to + 2] = data[from + 2];
            }
        }
        return new RgbImage(in.height(), in.width(), out);
    }
}
