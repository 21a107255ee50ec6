package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;

/** The gradient of the rectified linear unit, from its output: at 0 it is 0, as PyTorch has it. */
public interface ReluGradient {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code gradX = y > 0 ? gradY : 0}, element by element.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param y (rows, columns), the output of the forward pass; its input does as well
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     * @param gradY (rows, columns)
     * @param gradYBytes offset of row 0
     * @param gradYStride floats from row to row
     * @param gradX (rows, columns); may be {@code gradY} or {@code y} at the same offset and stride
     * @param gradXBytes offset of row 0
     * @param gradXStride floats from row to row
     */
    void backward(
            int rows,
            int columns,
            MemorySegment y,
            long yBytes,
            int yStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride);

    /**
     * Checks the operands of {@link #backward}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkBackward(
            int rows,
            int columns,
            MemorySegment y,
            long yBytes,
            int yStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        Operands.inputRows("y", y, yBytes, rows, yStride, columns);
        Operands.inputRows("gradY", gradY, gradYBytes, rows, gradYStride, columns);
        Operands.outputRows("gradX", gradX, gradXBytes, rows, gradXStride, columns);
    }
}
