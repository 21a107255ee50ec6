package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;

/** What the gradients of all activations share: the rows, and the columns beyond whole vectors. */
abstract class VectorActivationGradient implements ActivationGradient {
    @Override
    public final String name() {
        return "vector";
    }

    @Override
    public final void backward(
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
        ActivationGradient.checkBackward(
                rows, columns, x, xBytes, xStride, gradY, gradYBytes, gradYStride, gradX, gradXBytes, gradXStride);
        // The function itself is written where the gradient then takes its place.
        forwardAndBackward(
                rows,
                columns,
                x,
                xBytes,
                xStride,
                gradX,
                gradXBytes,
                gradXStride,
                gradY,
                gradYBytes,
                gradYStride,
                gradX,
                gradXBytes,
                gradXStride);
    }

    @Override
    public final void forwardAndBackward(
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
        ActivationGradient.checkForwardAndBackward(
                rows,
                columns,
                x,
                xBytes,
                xStride,
                y,
                yBytes,
                yStride,
                gradY,
                gradYBytes,
                gradYStride,
                gradX,
                gradXBytes,
                gradXStride);
        long in = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long out = Memory.writable(y, yBytes, Memory.span(rows, yStride, columns));
        long from = Memory.address(gradY, gradYBytes, Memory.span(rows, gradYStride, columns));
        long to = Memory.writable(gradX, gradXBytes, Memory.span(rows, gradXStride, columns));
        long xRow = (long) xStride * Float.BYTES;
        long yRow = (long) yStride * Float.BYTES;
        long gradYRow = (long) gradYStride * Float.BYTES;
        long gradXRow = (long) gradXStride * Float.BYTES;
        int whole = Lanes.wholeVectors(columns);
        int rest = columns - whole;
        long end = (long) whole * Float.BYTES;
        for (int row = 0; row < rows; row++) {
            long inRow = in + row * xRow;
            long outRow = out + row * yRow;
            long fromRow = from + row * gradYRow;
            long toRow = to + row * gradXRow;
            row(whole, inRow, outRow, fromRow, toRow);
            if (rest > 0) {
                rowEnd(rest, inRow + end, outRow + end, fromRow + end, toRow + end);
            }
        }
    }

    /** The columns beyond whole vectors, as one that is whole. */
    private void rowEnd(int columns, long x, long y, long gradY, long gradX) {
        long scratch = Scratch.address();
        long grad = scratch + Lanes.BYTES;
        Moves.copy(1, columns, x, 0, scratch, 0);
        Moves.copy(1, columns, gradY, 0, grad, 0);
        row(LANES, scratch, scratch, grad, grad);
        Moves.copy(1, columns, scratch, 0, y, 0);
        Moves.copy(1, columns, grad, 0, gradX, 0);
    }

    /**
     * Whole vectors. {@code y} may be {@code x} or {@code gradX}; then the gradient is what stays.
     *
     * @param whole columns, a multiple of the lanes
     */
    abstract void row(int whole, long x, long y, long gradY, long gradX);
}
