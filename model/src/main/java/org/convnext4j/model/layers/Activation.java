package org.convnext4j.model.layers;

import org.convnext4j.engine.kernel.ActivationKind;

/** The non-linearities of the networks. */
public enum Activation {
    /** {@code max(x, 0)}. */
    RELU,
    /** The exact Gaussian error linear unit: {@code x (1 + erf(x / sqrt 2)) / 2}. */
    GELU,
    /** GELU's tanh approximation: {@code x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2}. */
    GELU_TANH,
    /** {@code x / (1 + exp(-x))}. */
    SILU;

    /** The one that a kernel computes. */
    public static Activation of(ActivationKind kind) {
        return switch (kind) {
            case GELU -> GELU;
            case GELU_TANH -> GELU_TANH;
            case SILU -> SILU;
        };
    }

    /**
     * The kernel that computes it.
     *
     * @throws IllegalStateException for {@link #RELU}, which has a kernel of its own
     */
    public ActivationKind kernel() {
        return switch (this) {
            case GELU -> ActivationKind.GELU;
            case GELU_TANH -> ActivationKind.GELU_TANH;
            case SILU -> ActivationKind.SILU;
            case RELU -> throw new IllegalStateException("ReLU has a kernel of its own");
        };
    }
}
