package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Copies the windows of a convolution, which overlap, into rows of a matrix, so that a matrix product can take the place
 * of the convolution.
 */
public interface WindowGather {
    /**
     * Copies the windows of some rows of the output, which are counted through all pictures: row i is row
     * {@code i % outHeight} of picture {@code i / outHeight}. What lies outside the map is 0.
     *
     * <p>The window of place (i, j) in the output begins at input pixel {@code (i stride - top, j stride - left)}.
     *
     * @param windowRows height of a window
     * @param windowColumns width of a window
     * @param stride input pixels from one window to the next
     * @param top rows by which the first window begins above the map; negative where it begins below the map's first row
     * @param left the same in columns
     * @param channels C
     * @param channelBegin first channel to copy
     * @param channelCount c, channels to copy
     * @param height H
     * @param width W
     * @param outHeight rows of windows in a picture
     * @param outWidth windows in a row
     * @param rowBegin first row of windows
     * @param rowEnd one past the last row of windows
     * @param x (pictures, H, W, C)
     * @param xBytes offset of the first map, whatever the range
     * @param to (rowEnd - rowBegin, outWidth, windowRows, windowColumns, c)
     * @param toBytes offset of the first window of row {@code rowBegin}
     */
    void gather(
            int windowRows,
            int windowColumns,
            int stride,
            int top,
            int left,
            int channels,
            int channelBegin,
            int channelCount,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment to,
            long toBytes);

    /**
     * Checks the operands of {@link #gather}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkGather(
            int windowRows,
            int windowColumns,
            int stride,
            int channels,
            int channelBegin,
            int channelCount,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment to,
            long toBytes) {
        Operands.count("stride", stride);
        Operands.count("channelCount", channelCount);
        Objects.checkFromIndexSize(channelBegin, channelCount, channels);
        Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
        Operands.inputMaps("x", x, xBytes, rowBegin, rowEnd, outHeight, Operands.floats(height, width, channels));
        long window = Operands.floats(windowRows, windowColumns, channelCount);
        Operands.output("to", to, toBytes, Operands.floats(rowEnd - rowBegin, outWidth, window));
    }

    /** Floats of the gathered rows that a convolution asks for at once, unless {@link #MIN_PIXELS} need more. */
    int TILE_FLOATS = 64 << 10;

    /** The fewest pixels of a tile: the weights are read once for each tile. */
    int MIN_PIXELS = 64;

    /** The most pixels of a tile. */
    int MAX_PIXELS = 1024;

    /**
     * How many rows of windows make a tile; by the measures alone, for sums over tiles must not depend on the machine.
     *
     * @param windowFloats floats of a window
     * @param outWidth windows in a row
     * @throws IndexOutOfBoundsException if one of them is less than 1
     */
    static int tileRows(int windowFloats, int outWidth) {
        Operands.positive("windowFloats", windowFloats);
        Operands.positive("outWidth", outWidth);
        int pixels = Math.min(MAX_PIXELS, Math.max(MIN_PIXELS, TILE_FLOATS / windowFloats));
        return Math.max(1, pixels / outWidth);
    }

    /** The floats of the largest tile. */
    static long tileFloats(int windowFloats, int outWidth) {
        return (long) tileRows(windowFloats, outWidth) * outWidth * windowFloats;
    }
}
