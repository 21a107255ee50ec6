package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Relu;

/** Element by element. Stateless. */
public final class ScalarRelu implements Relu {
    /** Makes the kernel. */
    public ScalarRelu() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void forward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Relu.checkForward(rows, columns, x, xBytes, xStride, y, yBytes, yStride);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double in = Floats.get(x, Floats.at(xBytes, (long) row * xStride + column));
                Floats.set(y, Floats.at(yBytes, (long) row * yStride + column), Math.max(in, 0));
            }
        }
    }

    @Override
    public void forwardSum(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment residual,
            long residualBytes,
            int residualStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Relu.checkForwardSum(
                rows, columns, x, xBytes, xStride, residual, residualBytes, residualStride, y, yBytes, yStride);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double sum = Floats.get(x, Floats.at(xBytes, (long) row * xStride + column))
                        + Floats.get(residual, Floats.at(residualBytes, (long) row * residualStride + column));
                Floats.set(y, Floats.at(yBytes, (long) row * yStride + column), Math.max(sum, 0));
            }
        }
    }
}
