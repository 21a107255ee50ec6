package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;

/**
 * The gradient of a function of each element; {@link org.convnext4j.engine.kernel.ActivationKind} has the functions. x is
 * finite; what a NaN or an infinity gives is left open.
 */
public interface ActivationGradient {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * {@code gradX = gradY f'(x)}, element by element.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param x (rows, columns), the input of the forward pass
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param gradY (rows, columns)
     * @param gradYBytes offset of row 0
     * @param gradYStride floats from row to row
     * @param gradX (rows, columns); may be {@code gradY} or {@code x} at the same offset and stride
     * @param gradXBytes offset of row 0
     * @param gradXStride floats from row to row
     */
    void backward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
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
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        Operands.inputRows("x", x, xBytes, rows, xStride, columns);
        Operands.inputRows("gradY", gradY, gradYBytes, rows, gradYStride, columns);
        Operands.outputRows("gradX", gradX, gradXBytes, rows, gradXStride, columns);
    }

    /**
     * {@code y = f(x)} and {@code gradX = gradY f'(x)} in one pass, for a backward pass that has kept x alone. y is
     * within the error of the forward kernel of it, not the same to the bit; gradX is what {@link #backward} gives.
     *
     * @param rows how many rows
     * @param columns floats in a row
     * @param x (rows, columns), the input of the forward pass
     * @param xBytes offset of row 0
     * @param xStride floats from row to row
     * @param y (rows, columns); may be {@code x} at the same offset and stride
     * @param yBytes offset of row 0
     * @param yStride floats from row to row
     * @param gradY (rows, columns)
     * @param gradYBytes offset of row 0
     * @param gradYStride floats from row to row
     * @param gradX (rows, columns); may be {@code gradY} at the same offset and stride
     * @param gradXBytes offset of row 0
     * @param gradXStride floats from row to row
     */
    void forwardAndBackward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
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
     * Checks the operands of {@link #forwardAndBackward}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    static void checkForwardAndBackward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        Operands.inputRows("x", x, xBytes, rows, xStride, columns);
        Operands.outputRows("y", y, yBytes, rows, yStride, columns);
        Operands.inputRows("gradY", gradY, gradYBytes, rows, gradYStride, columns);
        Operands.outputRows("gradX", gradX, gradXBytes, rows, gradXStride, columns);
    }
}
