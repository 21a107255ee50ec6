package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;

/**
 * The gradients of the two activations {@code x s(u)} with the sigmoid s, in double: {@code s + x s (1 - s) u'}, with u as in
 * {@link ScalarSigmoidGate}. Stateless but for the kind.
 */
public final class ScalarSigmoidGateGradient implements ActivationGradient {
    private final boolean silu;

    /**
     * Makes the kernel.
     *
     * @param kind {@link ActivationKind#GELU_TANH} or {@link ActivationKind#SILU}
     * @throws IllegalArgumentException if it is GELU with erf
     */
    public ScalarSigmoidGateGradient(ActivationKind kind) {
        if (kind == ActivationKind.GELU) {
            throw new IllegalArgumentException("GELU with erf is no sigmoid; take ScalarGeluGradient");
        }
        this.silu = kind == ActivationKind.SILU;
    }

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
                double in = Floats.get(x, Floats.at(xBytes, (long) row * xStride + column));
                double g = Floats.get(gradY, Floats.at(gradYBytes, (long) row * gradYStride + column));
                Floats.set(gradX, Floats.at(gradXBytes, (long) row * gradXStride + column), g * derivative(silu, in));
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
                double in = Floats.get(x, Floats.at(xBytes, (long) row * xStride + column));
                double g = Floats.get(gradY, Floats.at(gradYBytes, (long) row * gradYStride + column));
                Floats.set(y, Floats.at(yBytes, (long) row * yStride + column), ScalarSigmoidGate.gate(silu, in));
                Floats.set(gradX, Floats.at(gradXBytes, (long) row * gradXStride + column), g * derivative(silu, in));
            }
        }
    }

    /** Without cancellation: 1 - s is the sigmoid of -u. */
    private static double derivative(boolean silu, double x) {
        double u = ScalarSigmoidGate.inner(silu, x);
        double rise = silu ? 1 : ScalarSigmoidGate.SLOPE * (1 + 3 * ScalarSigmoidGate.CUBE * x * x);
        double sigmoid = 1 / (1 + Math.exp(-u));
        return sigmoid + sigmoid / (1 + Math.exp(u)) * (x * rise);
    }
}
