package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The pixels of a map in the order of a convolution whose windows may overlap: each K x K window as one row of K K C
 * floats. Nothing but copies; where windows are disjoint patches, {@link Patches} copies longer runs.
 *
 * @param kernel K, height and width of a window
 * @param stride pixels from one window to the next
 * @param dilation pixels from tap to tap
 * @param padding rows and columns of zeros above and to the left of the map; below and to the right there are as many as
 *     the output asks for
 */
public record Windows(int kernel, int stride, int dilation, int padding) {
    /**
     * Checks the measures.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Windows {
        if (kernel < 1 || stride < 1 || dilation < 1 || padding < 0) {
            throw new IllegalArgumentException("windows with a kernel of " + kernel + ", stride " + stride
                    + ", dilation " + dilation + " and padding " + padding + " do not exist");
        }
    }

    /** Floats of one window. */
    public long floats(int channels) {
        return (long) kernel * kernel * channels;
    }

    /**
     * Copies the windows of some rows of the output of one picture.
     *
     * @param channels C
     * @param x (H, W, C), the whole map
     * @param xBytes offset of the map
     * @param height H
     * @param width W
     * @param outWidth windows in a row
     * @param rowBegin first output row
     * @param rowEnd one past the last output row
     * @param windows (rowEnd - rowBegin, outWidth, K K C)
     * @param windowsBytes offset of the first window of row {@code rowBegin}
     * @throws IndexOutOfBoundsException if a segment is too short
     */
    public void gather(
            int channels,
            MemorySegment x,
            long xBytes,
            int height,
            int width,
            int outWidth,
            int rowBegin,
            int rowEnd,
            MemorySegment windows,
            long windowsBytes) {
        long pixelBytes = (long) channels * Float.BYTES;
        long to = windowsBytes;
        for (int row = rowBegin; row < rowEnd; row++) {
            for (int column = 0; column < outWidth; column++) {
                for (int ky = 0; ky < kernel; ky++) {
                    int r = row * stride + ky * dilation - padding;
                    for (int kx = 0; kx < kernel; kx++) {
                        int c = column * stride + kx * dilation - padding;
                        if (r >= 0 && r < height && c >= 0 && c < width) {
                            MemorySegment.copy(
                                    x, xBytes + ((long) r * width + c) * pixelBytes, windows, to, pixelBytes);
                        } else {
                            windows.asSlice(to, pixelBytes).fill((byte) 0);
                        }
                        to += pixelBytes;
                    }
                }
            }
        }
    }
}
