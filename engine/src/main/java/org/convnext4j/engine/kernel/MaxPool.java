package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The maximum over 3x3 windows with stride 2 and a padding of 1 that never wins: the end of ResNet's stem. A window that
 * holds a NaN gives NaN.
 */
public interface MaxPool {
    /** Height and width of a window. */
    int KERNEL = 3;

    /** Input pixels from one window to the next. */
    int STRIDE = 2;

    /** Rows and columns by which the first window begins outside the map. */
    int PADDING = 1;

    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /** Height or width of the output for that of the input: half of it, rounded up. */
    static int outputSize(int size) {
        return (size + 1) / STRIDE;
    }

    /**
     * Some rows of the output, which are counted through all pictures: row i is row {@code i % H'} of picture
     * {@code i / H'}, where H' and W' are the output's height and width by {@link #outputSize}.
     *
     * @param height H
     * @param width W
     * @param channels C
     * @param rowBegin first output row
     * @param rowEnd one past the last output row
     * @param x (pictures, H, W, C)
     * @param xBytes offset of the first map, whatever the range
     * @param y (pictures, H', W', C), of which only the range is written
     * @param yBytes offset of the first map, whatever the range
     */
    void forward(
            int height,
            int width,
            int channels,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment y,
            long yBytes);

    /**
     * Checks the operands of {@link #forward}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkForward(
            int height,
            int width,
            int channels,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment y,
            long yBytes) {
        int outHeight = outputSize(height);
        int outWidth = outputSize(width);
        Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
        Operands.inputMaps("x", x, xBytes, rowBegin, rowEnd, outHeight, Operands.floats(height, width, channels));
        Operands.output(
                "y",
                y,
                Operands.offset(yBytes, Operands.floats(rowBegin, outWidth, channels)),
                Operands.floats(rowEnd - rowBegin, outWidth, channels));
    }
}
