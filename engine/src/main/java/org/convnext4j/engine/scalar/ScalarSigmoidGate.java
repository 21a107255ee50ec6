package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.ActivationKind;

/**
 * The two activations that are x times a sigmoid, in double: {@code x / (1 + exp(-u))} with u = x for SiLU and, since
 * {@code (1 + tanh u) / 2} is the sigmoid of 2 u, {@code u = 2 sqrt(2 / pi) (x + 0.044715 x^3)} for GELU's tanh
 * approximation. Stateless but for the kind.
 */
public final class ScalarSigmoidGate implements Activation {
    static final double SLOPE = 2 * Math.sqrt(2 / Math.PI);
    static final double CUBE = 0.044715;

    private final boolean silu;

    /**
     * Makes the kernel.
     *
     * @param kind {@link ActivationKind#GELU_TANH} or {@link ActivationKind#SILU}
     * @throws IllegalArgumentException if it is GELU with erf
     */
    public ScalarSigmoidGate(ActivationKind kind) {
        if (kind == ActivationKind.GELU) {
            throw new IllegalArgumentException("GELU with erf is no sigmoid; take ScalarGelu");
        }
        this.silu = kind == ActivationKind.SILU;
    }

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
                double in = Floats.get(x, Floats.at(xRow, column));
                Floats.set(y, Floats.at(yRow, column), gate(silu, in));
            }
        }
    }

    /** u. */
    static double inner(boolean silu, double x) {
        return silu ? x : SLOPE * (x + CUBE * x * x * x);
    }

    static double gate(boolean silu, double x) {
        return x / (1 + Math.exp(-inner(silu, x)));
    }
}
