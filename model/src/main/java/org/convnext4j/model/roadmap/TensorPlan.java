package org.convnext4j.model.roadmap;

import org.convnext4j.engine.tensor.Shape;

/**
 * One tensor of a network before it has values.
 *
 * @param name such as {@code layer1.0.conv1.weight}
 * @param shape convolutions (out, in, height, width), the classifier (out, in), all others one-dimensional
 * @param role what it is for
 * @param fanIn of a convolution and its bias: how many inputs each output sums up; 0 for others
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
        /** The classifier's matrix. */
        LINEAR_WEIGHT,
        /** What the classifier adds. */
        LINEAR_BIAS
    }

    static TensorPlan of(String name, Role role, int... dims) {
        return new TensorPlan(name, Shape.of(dims), role, 0);
    }

    /** Whether the optimizer moves it; BatchNorm's running statistics are moved by the forward pass instead. */
    public boolean trained() {
        return role != Role.RUNNING_MEAN && role != Role.RUNNING_VARIANCE;
    }
}
