package org.convnext4j.engine.kernel.gradient;

/**
 * The gradient of GELU in its exact form, {@code gelu'(x) = Phi(x) + x phi(x)} with the normal distribution Phi and its
 * density phi.
 */
public interface GeluGradient extends ActivationGradient {}
