package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.Operands;
import org.convnext4j.engine.tensor.Tensor;

/** The gradients of {@link org.convnext4j.engine.kernel.Conv}. That of its bias is the {@link ColumnSums} of gradY. */
public interface ConvGradient {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the filters of one layer out for the input gradient.
     *
     * @param arena how long the packed copy lives
     * @param shape the measures
     * @param weight (N, C / G, K, K)
     * @throws IllegalArgumentException if the weights do not have the shape
     */
    InputFilters packInput(Arena arena, ConvShape shape, Tensor weight);

    /** How many parts the weight gradient of a layer is computed in: each has elements of its own. */
    int parts(ConvShape shape);

    /**
     * Floats of scratch memory that {@link #weightGradient} needs, whatever the part.
     *
     * @param shape the measures
     * @param images pictures
     * @param height H
     * @param width W
     */
    long scratchFloats(ConvShape shape, int images, int height, int width);

    /**
     * {@code gradWeight[n][c][ky][kx] = sum over pictures and output pixels of gradY[pixel][n] x[pixel's window][ky][kx][c]}
     * for one part of the weights. The order of summation depends on the measures alone.
     *
     * @param shape the measures
     * @param images pictures
     * @param height H
     * @param width W
     * @param part from 0 to {@code parts(shape) - 1}; no two write to the same element
     * @param x (pictures, H, W, C)
     * @param xBytes offset of the first map
     * @param gradY (pictures, H', W', N)
     * @param gradYBytes offset of the first map
     * @param accumulate whether the sums are added to what the result held
     * @param gradWeight (N, C / G, K, K), of which only the part is touched
     * @param gradWeightBytes offset of output 0
     * @param scratch {@code scratchFloats(shape, images, height, width)} floats from {@code scratchBytes} on, overwritten
     * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
     * @throws IllegalArgumentException if the map is too small for the kernel
     * @throws IndexOutOfBoundsException if there is no such part
     */
    void weightGradient(
            ConvShape shape,
            int images,
            int height,
            int width,
            int part,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            boolean accumulate,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes);

    /**
     * Checks the operands of {@link #weightGradient}, which every implementation begins with.
     *
     * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
     */
    default void checkWeightGradient(
            ConvShape shape,
            int images,
            int height,
            int width,
            int part,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes) {
        Objects.checkIndex(part, parts(shape));
        Operands.input("x", x, xBytes, Operands.floats(images, height, width, shape.inputs()));
        Operands.input(
                "gradY",
                gradY,
                gradYBytes,
                Operands.floats(images, shape.outputSize(height), shape.outputSize(width), shape.outputs()));
        Operands.output(
                "gradWeight",
                gradWeight,
                gradWeightBytes,
                Operands.floats(shape.outputs(), shape.groupInputs(), shape.kernel(), shape.kernel()));
        Operands.output("scratch", scratch, scratchBytes, scratchFloats(shape, images, height, width));
    }

    /** One layer's filters, packed. Immutable; any number of threads may use it at once. */
    interface InputFilters {
        /** The measures of the forward pass. */
        ConvShape shape();

        /**
         * Floats of scratch memory that {@link #inputGradient} needs, whatever the range.
         *
         * @param height H
         * @param width W
         */
        long scratchFloats(int height, int width);

        /**
         * Some rows of the input gradient, which are counted through all pictures: row i is row {@code i % H} of picture
         * {@code i / H}. Pixels that no window covers get 0.
         *
         * @param gradY (pictures, H', W', N)
         * @param gradYBytes offset of the first map, whatever the range
         * @param height H
         * @param width W
         * @param rowBegin first row of gradX
         * @param rowEnd one past the last row of gradX
         * @param scratch {@code scratchFloats(height, width)} floats from {@code scratchBytes} on, overwritten
         * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
         * @param gradX (pictures, H, W, C), of which only the range is written
         * @param gradXBytes offset of the first map, whatever the range
         * @throws IllegalArgumentException if the map is too small for the kernel
         */
        void inputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment gradX,
                long gradXBytes);

        /**
         * Checks the operands of {@link #inputGradient}, which every implementation begins with.
         *
         * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
         */
        default void checkInputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment gradX,
                long gradXBytes) {
            long map = Operands.floats(shape().outputSize(height), shape().outputSize(width), shape().outputs());
            Operands.range("rowBegin", rowBegin, rowEnd, Integer.MAX_VALUE);
            Operands.inputMaps("gradY", gradY, gradYBytes, rowBegin, rowEnd, height, map);
            Operands.output("scratch", scratch, scratchBytes, scratchFloats(height, width));
            Operands.output(
                    "gradX",
                    gradX,
                    Operands.offset(gradXBytes, Operands.floats(rowBegin, width, shape().inputs())),
                    Operands.floats(rowEnd - rowBegin, width, shape().inputs()));
        }
    }
}
