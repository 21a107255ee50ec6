package org.convnext4j.model.roadmap;

/** The non-linearity of a network. */
public enum Activation {
    /** {@code max(x, 0)}. */
    RELU,
    /** The exact Gaussian error linear unit. */
    GELU
}
