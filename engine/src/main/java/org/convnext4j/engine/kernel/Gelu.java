package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/** The Gaussian error linear unit in its exact form: {@code x (1 + erf(x / sqrt 2)) / 2}, not the tanh approximation. */
public interface Gelu {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code y = gelu(x)}, element by element.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param x (rows, columns)
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param y (rows, columns); may be {@code x} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     */
    void forward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride);
}
