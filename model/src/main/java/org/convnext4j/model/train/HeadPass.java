package org.convnext4j.model.train;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.GlobalAveragePoolGradient;
import org.convnext4j.model.weights.HeadWeights;

/** Forward and backward pass of {@code linear(norm(mean over the pixels))}. Small: the caller does it alone. */
final class HeadPass {
    private final HeadWeights weights;
    private final HeadWeights gradients;
    private final int channels;
    private final int classes;
    private final NormGradient norm;

    HeadPass(HeadWeights weights, HeadWeights gradients, double epsilon) {
        this.weights = weights;
        this.gradients = gradients;
        this.classes = weights.linear().dim(0);
        this.channels = weights.linear().dim(1);
        this.norm = new NormGradient(
                weights.norm(), weights.normBias(), gradients.norm(), gradients.normBias(), (float) epsilon);
    }

    int classes() {
        return classes;
    }

    long scratchFloats(int n, PassContext context) {
        return Math.max(
                context.product().scratchFloats(n, classes, channels),
                Math.max(
                        context.product().scratchFloats(n, channels, classes),
                        context.product().scratchFloats(classes, channels, n)));
    }

    /** The forward pass; {@code pooled} and {@code embedding}, (N, C3), are kept for the backward pass. */
    void forward(
            PassContext context, ActivationMap x, MemorySegment pooled, MemorySegment embedding, MemorySegment logits) {
        int n = x.n();
        context.team()
                .run(
                        n,
                        (image, member) -> context.kernels()
                                .globalAveragePool()
                                .forward(
                                        x.height() * x.width(),
                                        channels,
                                        x.data(),
                                        x.imageBytes(image),
                                        pooled,
                                        (long) image * channels * Float.BYTES));
        norm.rows(context, n, pooled, 0, embedding, 0);
        Matrices.repeat(n, classes, weights.linearBias().data(), logits, 0);
        context.product()
                .multiply(
                        n,
                        classes,
                        channels,
                        embedding,
                        0,
                        channels,
                        false,
                        weights.linear().data(),
                        0,
                        channels,
                        true,
                        true,
                        logits,
                        0,
                        classes,
                        context.scratch().get(0),
                        0);
    }

    /**
     * The backward pass: adds the gradients of the head's weights to theirs.
     *
     * @param gradLogits (N, K)
     * @param pooled from the forward pass
     * @param embedding from the forward pass; overwritten
     * @param gradX takes the gradient of the last map
     */
    void backward(
            PassContext context,
            MemorySegment gradLogits,
            MemorySegment pooled,
            MemorySegment embedding,
            ActivationMap gradX,
            MemorySegment parts) {
        int n = gradX.n();
        MemorySegment scratch = context.scratch().get(0);
        context.product()
                .multiply(
                        classes,
                        channels,
                        n,
                        gradLogits,
                        0,
                        classes,
                        true,
                        embedding,
                        0,
                        channels,
                        false,
                        true,
                        gradients.linear().data(),
                        0,
                        channels,
                        scratch,
                        0);
        context.gradients()
                .columnSums()
                .sum(
                        n,
                        0,
                        classes,
                        true,
                        gradLogits,
                        0,
                        classes,
                        gradients.linearBias().data(),
                        0);
        context.product()
                .multiply(
                        n,
                        channels,
                        classes,
                        gradLogits,
                        0,
                        classes,
                        false,
                        weights.linear().data(),
                        0,
                        channels,
                        false,
                        false,
                        embedding,
                        0,
                        channels,
                        scratch,
                        0);
        norm.backward(context, n, pooled, embedding, embedding, parts);
        context.team()
                .run(
                        n,
                        (image, member) -> GlobalAveragePoolGradient.backward(
                                gradX.height() * gradX.width(),
                                channels,
                                embedding,
                                (long) image * channels * Float.BYTES,
                                gradX.data(),
                                gradX.imageBytes(image)));
    }
}
