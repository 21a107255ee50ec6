package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The gradients of the patch convolution (kernel size and stride P). That of its bias is the {@link ColumnSums} of gradY.
 */
public interface PatchConvGradient {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the filters of one layer out for the input gradient.
     *
     * @param arena how long the packed copy lives
     * @param weight (N, C, P, P)
     * @throws IllegalArgumentException if the shape does not fit
     */
    Filters pack(Arena arena, Tensor weight);

    /**
     * Floats of scratch memory that {@link #weightGradient} needs.
     *
     * @param pixels output pixels of all pictures
     * @param channels C
     * @param patch P
     * @param outputs outputs in the range
     */
    long scratchFloats(int pixels, int channels, int patch, int outputs);

    /**
     * {@code gradWeight[n][c][ky][kx] = sum over output pixels of gradY[pixel][n] x[pixel's patch][ky][kx][c]} for a range
     * of outputs.
     *
     * @param pixels output pixels of all pictures
     * @param channels C
     * @param patch P
     * @param outputs N
     * @param outputBegin first output; a multiple of 16 for the best speed
     * @param outputEnd one past the last output
     * @param patches (pixels, P P C), as {@link org.convnext4j.engine.kernel.Patches#gather} lays them out
     * @param patchesBytes offset of pixel 0
     * @param gradY (pixels, N)
     * @param gradYBytes offset of pixel 0
     * @param accumulate whether the sums are added to what the result held
     * @param gradWeight (N, C, P, P), of which only the range is touched
     * @param gradWeightBytes offset of output 0
     * @param scratch {@code scratchFloats(pixels, channels, patch, outputEnd - outputBegin)} floats from
     *     {@code scratchBytes} on, overwritten
     * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
     */
    void weightGradient(
            int pixels,
            int channels,
            int patch,
            int outputs,
            int outputBegin,
            int outputEnd,
            MemorySegment patches,
            long patchesBytes,
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
            int pixels,
            int channels,
            int patch,
            int outputs,
            int outputBegin,
            int outputEnd,
            MemorySegment patches,
            long patchesBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes) {
        Operands.range("outputBegin", outputBegin, outputEnd, outputs);
        int count = outputEnd - outputBegin;
        long inputs = Operands.floats(patch, patch, channels);
        Operands.input("patches", patches, patchesBytes, Operands.floats(pixels, inputs));
        Operands.input("gradY", gradY, gradYBytes, Operands.floats(pixels, outputs));
        Operands.output(
                "gradWeight",
                gradWeight,
                Operands.offset(gradWeightBytes, Operands.floats(outputBegin, inputs)),
                Operands.floats(count, inputs));
        Operands.output("scratch", scratch, scratchBytes, scratchFloats(pixels, channels, patch, count));
    }

    /** One layer's filters, packed. Immutable; any number of threads may use it at once. */
    interface Filters {
        /** P, the side of a patch and the stride. */
        int patch();

        /** C, the input channels. */
        int channels();

        /** N, the output channels. */
        int outputs();

        /**
         * Floats of scratch memory that {@link #inputGradient} needs.
         *
         * @param width W
         * @param rows output rows in the range
         */
        long scratchFloats(int width, int rows);

        /**
         * The input gradient of the pixels under some output rows of one picture. Pixels that no patch covers get 0: the
         * columns left over with the rows beside them, the rows left over with the last output row.
         *
         * @param gradY (rowEnd - rowBegin, W / P, N)
         * @param gradYBytes offset of output row {@code rowBegin}
         * @param height H
         * @param width W
         * @param rowBegin first output row
         * @param rowEnd one past the last output row, at most H / P
         * @param gradX (H, W, C), the whole map
         * @param gradXBytes offset of the map
         * @param scratch {@code scratchFloats(width, rowEnd - rowBegin)} floats from {@code scratchBytes} on, overwritten
         * @param scratchBytes offset of the scratch memory, a multiple of 64 for the best speed
         */
        void inputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment gradX,
                long gradXBytes,
                MemorySegment scratch,
                long scratchBytes);

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
                MemorySegment gradX,
                long gradXBytes,
                MemorySegment scratch,
                long scratchBytes) {
            Operands.count("height", height);
            Operands.count("width", width);
            Operands.range("rowBegin", rowBegin, rowEnd, height / patch());
            int rows = rowEnd - rowBegin;
            Operands.input("gradY", gradY, gradYBytes, Operands.floats(rows, width / patch(), outputs()));
            Operands.output("gradX", gradX, gradXBytes, Operands.floats(height, width, channels()));
            Operands.output("scratch", scratch, scratchBytes, scratchFloats(width, rows));
        }
    }
}
