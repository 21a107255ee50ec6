package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.ReluGradient;

/** Element by element. Stateless. */
public final class ScalarReluGradient implements ReluGradient {
    /** Makes the kernel. */
    public ScalarReluGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void backward(
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
        ReluGradient.checkBackward(
                rows, columns, y, yBytes, yStride, gradY, gradYBytes, gradYStride, gradX, gradXBytes, gradXStride);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double out = Floats.get(y, Floats.at(yBytes, (long) row * yStride + column));
                double g = Floats.get(gradY, Floats.at(gradYBytes, (long) row * gradYStride + column));
                Floats.set(gradX, Floats.at(gradXBytes, (long) row * gradXStride + column), out > 0 ? g : 0);
            }
        }
    }
}
