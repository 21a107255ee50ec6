package org.convnext4j.model.layers;

/**
 * What a convolution sees of the map: output pixel o sees the input pixels {@code o stride - before + tap dilation} for the
 * taps 0 to {@code kernel - 1}, in each direction. What lies outside the map is 0.
 *
 * @param kernel K, height and width of the filter
 * @param stride input pixels from one output pixel to the next
 * @param dilation input pixels from one tap to the next
 * @param before rows of zeros above the map, and columns to its left
 * @param after rows of zeros below the map, and columns to its right
 */
public record Window(int kernel, int stride, int dilation, int before, int after) {
    /** One pixel: a linear layer on every pixel. */
    public static final Window PIXEL = patch(1);

    /**
     * Checks the measures.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Window {
        if (kernel < 1 || stride < 1 || dilation < 1) {
            throw new IllegalArgumentException("kernel, stride and dilation of a window must be 1 or more, not "
                    + kernel + ", " + stride + " and " + dilation);
        }
        if (Math.min(before, after) < 0 || Math.max(before, after) >= span(kernel, dilation)) {
            throw new IllegalArgumentException("a window that spans " + span(kernel, dilation) + " pixels cannot have "
                    + before + " and " + after + " zeros around the map");
        }
    }

    /** Windows that lie side by side: the stride is the kernel. */
    public static Window patch(int kernel) {
        return new Window(kernel, kernel, 1, 0, 0);
    }

    /** Windows of odd kernels with as many zeros as leave a map of stride 1 its size. */
    public static Window centred(int kernel, int stride, int dilation) {
        int around = span(kernel, dilation) / 2;
        return new Window(kernel, stride, dilation, around, around);
    }

    private static int span(int kernel, int dilation) {
        return (kernel - 1) * dilation + 1;
    }

    /** Whether the windows are the input's pixels as they lie. */
    public boolean isPixel() {
        return equals(PIXEL);
    }

    /**
     * Height or width of the output for that of the input, rounded down.
     *
     * @throws IllegalArgumentException if no window fits into the map and its zeros
     */
    public int outputSize(int size) {
        int room = size + before + after - span(kernel, dilation);
        if (size < 1 || room < 0) {
            throw new IllegalArgumentException("a map of " + size + " pixels is too small for windows of "
                    + span(kernel, dilation) + " with " + before + " and " + after + " zeros around it");
        }
        return room / stride + 1;
    }
}
