package org.convnext4j.model.roadmap;

/**
 * A non-linearity.
 *
 * @param kind which
 */
public record ActivationLayer(Activation kind) implements Layer {
    @Override
    public <T> T accept(Visitor<T> visitor) {
        return visitor.activation(this);
    }
}
