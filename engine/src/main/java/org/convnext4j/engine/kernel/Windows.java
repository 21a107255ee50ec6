package org.convnext4j.engine.kernel;

/**
 * Where the windows of a convolution lie: that of output pixel (i, j) begins at input pixel
 * {@code (i stride - top, j stride - left)}.
 *
 * @param rows height of a window
 * @param columns width of a window
 * @param stride input pixels from one window to the next
 * @param top rows by which the first window begins above the map; negative where it begins below the map's first row
 * @param left the same in columns
 */
public record Windows(int rows, int columns, int stride, int top, int left) {
    /** The windows of a whole convolution. */
    public static Windows of(ConvShape shape) {
        return new Windows(shape.kernel(), shape.kernel(), shape.stride(), shape.padding(), shape.padding());
    }

    /** The part of the windows that one row of the filter sees. */
    public static Windows row(ConvShape shape, int ky) {
        return new Windows(1, shape.kernel(), shape.stride(), shape.padding() - ky, shape.padding());
    }

    /** Pixels of a window. */
    public int taps() {
        return rows * columns;
    }

    /** Whether each window is the input pixel of the same place. */
    public boolean pixels() {
        return rows == 1 && columns == 1 && stride == 1 && top == 0 && left == 0;
    }
}
