package org.convnext4j.engine.kernel;

/** The activations that ConvNeXts have between their two pointwise convolutions. */
public enum ActivationKind {
    /** GELU with erf: {@code x (1 + erf(x / sqrt 2)) / 2}. */
    GELU,
    /** GELU's tanh approximation: {@code x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2}. */
    GELU_TANH,
    /** {@code x / (1 + exp(-x))}. */
    SILU
}
