package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/** The mean over all pixels of a map, channel by channel. */
public interface GlobalAveragePool {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code y[c] = mean over pixels of x[pixel][c]}.
     *
     * @param pixels H W
     * @param channels C
     * @param x (H W, C)
     * @param xBytes offset of pixel 0
     * @param y (C)
     * @param yBytes offset of channel 0
     */
    void forward(int pixels, int channels, MemorySegment x, long xBytes, MemorySegment y, long yBytes);

    /**
     * Checks the operands of {@link #forward}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkForward(int pixels, int channels, MemorySegment x, long xBytes, MemorySegment y, long yBytes) {
        Operands.input("x", x, xBytes, Operands.floats(pixels, channels));
        Operands.output("y", y, yBytes, channels);
    }
}
