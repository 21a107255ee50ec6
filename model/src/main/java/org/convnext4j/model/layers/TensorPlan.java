package org.convnext4j.model.layers;

import org.convnext4j.engine.tensor.Shape;

/**
 * One tensor of a network before it has values.
 *
 * @param name such as {@code layer1.0.conv1.weight}
 * @param shape convolutions (out, in, height, width), linear layers (out, in), all others one-dimensional
 * @param role what it is for
 * @param fanIn of a convolution or linear layer and its bias: how many inputs each output sums up; 0 for others
 */
public record TensorPlan(String name, Shape shape, Role role, int fanIn) {
    /** What a tensor is for. */
    public enum Role {
        /** The filters of a convolution. */
        CONV_WEIGHT,
        /** What a convolution adds. */
        CONV_BIAS,
        /** The factors of a norm. */
        NORM_WEIGHT,
        /** What a norm adds. */
        NORM_BIAS,
        /** BatchNorm's mean over the batches of training; not trained. */
        RUNNING_MEAN,
        /** BatchNorm's variance over the batches of training; not trained. */
        RUNNING_VARIANCE,
        /** Layer scale. */
        GAMMA,
        /** The factors of a response norm. */
        RESPONSE_GAMMA,
        /** What a response norm adds. */
        RESPONSE_BETA,
        /** The matrix of a linear layer. */
        LINEAR_WEIGHT,
        /** What a linear layer adds. */
        LINEAR_BIAS
    }

    static TensorPlan of(String name, Role role, int... dims) {
        return new TensorPlan(name, Shape.of(dims), role, 0);
    }

    /** Whether the optimizer moves it; BatchNorm's running statistics are moved by the forward pass instead. */
    public boolean isTrained() {
        return role != Role.RUNNING_MEAN && role != Role.RUNNING_VARIANCE;
    }
}
