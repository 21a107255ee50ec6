package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.tensor.Tensor;

/** GELU in double, correctly rounded but for rare ties. Stateless. */
public final class ScalarGelu implements Gelu {
    /** Makes the kernel. */
    public ScalarGelu() {}

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
        Activation.checkForward(rows, columns, x, xBytes, xStride, y, yBytes, yStride);
        for (int row = 0; row < rows; row++) {
            long xRow = Floats.at(xBytes, (long) row * xStride);
            long yRow = Floats.at(yBytes, (long) row * yStride);
            for (int column = 0; column < columns; column++) {
                float in = x.get(Tensor.FLOAT, Floats.at(xRow, column));
                Floats.set(y, Floats.at(yRow, column), gelu(in));
            }
        }
    }

    /**
     * {@code x P(N <= x)}, which is {@code x (1 + erf(x / sqrt 2)) / 2} without the cancellation at negative x.
     *
     * @param x any float; NaN and negative infinity give NaN, as {@code x (1 + erf)} does
     */
    public static double gelu(float x) {
        double upper = GaussianTail.upper(Math.abs(x));
        return x < 0 ? x * upper : x * (1 - upper);
    }
}
