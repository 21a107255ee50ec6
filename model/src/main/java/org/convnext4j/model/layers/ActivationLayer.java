package org.convnext4j.model.layers;

/**
 * A non-linearity.
 *
 * @param kind which
 */
public record ActivationLayer(Activation kind) implements Layer {}
