package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.tensor.Tensor;

/** The gradient of GELU in double. Stateless. */
public final class ScalarGeluGradient implements GeluGradient {
    private static final double DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);

    /** Makes the kernel. */
    public ScalarGeluGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void backward(
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
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                float in = x.get(Tensor.FLOAT, Floats.at(xBytes, (long) row * xStride + column));
                double g = Floats.get(gradY, Floats.at(gradYBytes, (long) row * gradYStride + column));
                Floats.set(gradX, Floats.at(gradXBytes, (long) row * gradXStride + column), g * derivative(in));
            }
        }
    }

    @Override
    public void forwardAndBackward(
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
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                float in = x.get(Tensor.FLOAT, Floats.at(xBytes, (long) row * xStride + column));
                double g = Floats.get(gradY, Floats.at(gradYBytes, (long) row * gradYStride + column));
                Floats.set(y, Floats.at(yBytes, (long) row * yStride + column), ScalarGelu.gelu(in));
                Floats.set(gradX, Floats.at(gradXBytes, (long) row * gradXStride + column), g * derivative(in));
            }
        }
    }

    /** {@code Phi(x) + x phi(x)}; the tail of Phi without cancellation. */
    public static double derivative(float x) {
        double upper = GaussianTail.upper(Math.abs(x));
        double square = (double) x * x;
        return (x < 0 ? upper : 1 - upper) + x * (DENSITY_AT_0 * Math.exp(-0.5 * square));
    }
}
