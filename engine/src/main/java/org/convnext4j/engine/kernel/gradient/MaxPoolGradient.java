package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.MaxPool;
import org.convnext4j.engine.kernel.Operands;

/**
 * The gradient of {@link org.convnext4j.engine.kernel.MaxPool}. Each window's gradient goes to its maximum, and among
 * equals to the first row by row, as PyTorch has it. Which that is comes from the input and output of the forward pass,
 * so nothing else need be kept. A window that holds a NaN passes its gradient to nobody.
 */
public interface MaxPoolGradient {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Some rows of the input gradient, which are counted through all pictures: row i is row {@code i % H} of picture
     * {@code i / H}. A pixel's gradients are added in the order of the windows, row by row.
     *
     * @param height H
     * @param width W
     * @param channels C
     * @param rowBegin first row of gradX
     * @param rowEnd one past the last row of gradX
     * @param x (pictures, H, W, C), the input of the forward pass
     * @param xBytes offset of the first map, whatever the range
     * @param y (pictures, H', W', C), its output
     * @param yBytes offset of the first map, whatever the range
     * @param gradY (pictures, H', W', C)
     * @param gradYBytes offset of the first map, whatever the range
     * @param gradX (pictures, H, W, C), of which only the range is written; other memory than x
     * @param gradXBytes offset of the first map, whatever the range
     */
    void backward(
            int height,
            int width,
            int channels,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment y,
            long yBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradX,
            long gradXBytes);

    /**
     * Checks the operands of {@link #backward}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkBackward(
            int height,
            int width,
            int channels,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment y,
            long yBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradX,
            long gradXBytes) {
        long map = Operands.floats(height, width, channels);
        long outMap = Operands.floats(MaxPool.outputSize(height), MaxPool.outputSize(width), channels);
        Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
        Operands.inputMaps("x", x, xBytes, rowBegin, rowEnd, height, map);
        Operands.inputMaps("y", y, yBytes, rowBegin, rowEnd, height, outMap);
        Operands.inputMaps("gradY", gradY, gradYBytes, rowBegin, rowEnd, height, outMap);
        Operands.output(
                "gradX",
                gradX,
                Operands.offset(gradXBytes, Operands.floats(rowBegin, width, channels)),
                Operands.floats(rowEnd - rowBegin, width, channels));
    }
}
