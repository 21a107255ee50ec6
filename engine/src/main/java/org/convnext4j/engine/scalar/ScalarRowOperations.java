package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.RowOperations;

/** Element by element, in double. Stateless. */
public final class ScalarRowOperations implements RowOperations {
    /** Makes the kernel. */
    public ScalarRowOperations() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void dots(
            int rows,
            int columns,
            MemorySegment a,
            long aBytes,
            int aStride,
            MemorySegment b,
            long bBytes,
            int bStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes) {
        RowOperations.checkDots(rows, columns, a, aBytes, aStride, b, bBytes, bStride, y, yBytes);
        for (int row = 0; row < rows; row++) {
            long aRow = Floats.at(aBytes, (long) row * aStride);
            long bRow = Floats.at(bBytes, (long) row * bStride);
            long to = Floats.at(yBytes, row);
            double sum = accumulate ? Floats.get(y, to) : 0;
            for (int column = 0; column < columns; column++) {
                sum += Floats.get(a, Floats.at(aRow, column)) * Floats.get(b, Floats.at(bRow, column));
            }
            Floats.set(y, to, sum);
        }
    }

    @Override
    public void scaleRows(
            int rows,
            int columns,
            MemorySegment factors,
            long factorsBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes,
            int yStride) {
        RowOperations.checkScaleRows(rows, columns, factors, factorsBytes, x, xBytes, xStride, y, yBytes, yStride);
        for (int row = 0; row < rows; row++) {
            double factor = Floats.get(factors, Floats.at(factorsBytes, row));
            long from = Floats.at(xBytes, (long) row * xStride);
            row(columns, factor, x, from, accumulate, y, Floats.at(yBytes, (long) row * yStride));
        }
    }

    @Override
    public void scale(
            int rows,
            int columns,
            float factor,
            MemorySegment x,
            long xBytes,
            int xStride,
            boolean accumulate,
            MemorySegment y,
            long yBytes,
            int yStride) {
        RowOperations.checkScale(rows, columns, x, xBytes, xStride, y, yBytes, yStride);
        for (int row = 0; row < rows; row++) {
            long from = Floats.at(xBytes, (long) row * xStride);
            row(columns, factor, x, from, accumulate, y, Floats.at(yBytes, (long) row * yStride));
        }
    }

    private static void row(
            int columns, double factor, MemorySegment x, long from, boolean accumulate, MemorySegment y, long to) {
        for (int column = 0; column < columns; column++) {
            long at = Floats.at(to, column);
            double product = factor * Floats.get(x, Floats.at(from, column));
            Floats.set(y, at, accumulate ? Floats.get(y, at) + product : product);
        }
    }
}
