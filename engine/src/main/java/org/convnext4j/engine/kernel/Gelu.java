package org.convnext4j.engine.kernel;

/** The Gaussian error linear unit in its exact form: {@code x (1 + erf(x / sqrt 2)) / 2}, not the tanh approximation. */
public interface Gelu extends Activation {}
