package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.ColumnSums;

/** Column by column, in double. Stateless. */
public final class ScalarColumnSums implements ColumnSums {
    /** Makes the kernel. */
    public ScalarColumnSums() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void sum(
            int rows,
            int columnBegin,
            int columnEnd,
            boolean accumulate,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes) {
        ColumnSums.checkSum(rows, columnBegin, columnEnd, x, xBytes, xStride, y, yBytes);
        for (int column = columnBegin; column < columnEnd; column++) {
            long to = Floats.at(yBytes, column);
            double sum = accumulate ? Floats.get(y, to) : 0;
            for (int row = 0; row < rows; row++) {
                sum += Floats.get(x, Floats.at(xBytes, (long) row * xStride + column));
            }
            Floats.set(y, to, sum);
        }
    }
}
