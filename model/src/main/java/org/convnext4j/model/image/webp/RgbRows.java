package org.convnext4j.model.image.webp;

/** The rows of a frame as RGB bytes on its canvas. */
final class RgbRows {
    private final byte[] rgb;
    private final int stride;
    private final int first;
    private final int width;

    /** An empty canvas. */
    RgbRows(int canvasWidth, int canvasHeight, Frame frame) {
        stride = Math.multiplyExact(canvasWidth, 3);
        rgb = new byte[Math.multiplyExact(stride, canvasHeight)];
        first = frame.top() * stride + frame.left() * 3;
        width = frame.width();
    }

    /** (H, W, 3) of the canvas. */
    byte[] rgb() {
        return rgb;
    }

    /** Where the first byte of this row of the frame lies. */
    int start(int y) {
        return first + y * stride;
    }

    /** Writes this row of a frame's pixels, 0xAARRGGBB each. */
    void put(int y, int[] argb) {
        int to = start(y);
        int end = (y + 1) * width;
        for (int from = y * width; from < end; from++) {
            int pixel = argb[from];
            rgb[to] = (byte) (pixel >> 16);
            rgb[to + 1] = (byte) (pixel >> 8);
            rgb[to + 2] = (byte) pixel;
            to += 3;
        }
    }
}
