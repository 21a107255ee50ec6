package org.convnext4j.model.train;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.engine.kernel.Patches;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.model.weights.DownsampleWeights;

/** Forward and backward pass of {@code conv2x2(norm(x))}. Only x is kept; the rest is computed again. */
final class DownsamplePass {
    /** Side and stride of the convolution. */
    static final int PATCH = 2;

    private final DownsampleWeights weights;
    private final DownsampleWeights gradients;
    private final int outputs;
    private final int channels;
    private final NormGradient norm;

    DownsamplePass(DownsampleWeights weights, DownsampleWeights gradients, double epsilon) {
        this.weights = weights;
        this.gradients = gradients;
        this.outputs = weights.conv().dim(0);
        this.channels = weights.conv().dim(1);
        this.norm = new NormGradient(
                weights.norm(), weights.normBias(), gradients.norm(), gradients.normBias(), (float) epsilon);
    }

    /** Floats of scratch memory for an input of this size. */
    long scratchFloats(int pixels, int height, int width, PassContext context) {
        PatchConvGradient.Filters filters = context.gradients().patchConv().pack(context.arena(), weights.conv());
        PatchConv.Filters forward =
                context.kernels().patchConv().pack(context.arena(), weights.conv(), weights.convBias());
        int rows = height / PATCH;
        long weight = context.gradients()
                .patchConv()
                .scratchFloats(pixels / (PATCH * PATCH), channels, PATCH, context.chunk(outputs));
        return Math.max(
                Math.max(filters.scratchFloats(width, rows), weight), forward.scratchFloats(width) * Math.max(rows, 1));
    }

    /** The forward pass; {@code normed} is scratch memory for a map like x. */
    void forward(PassContext context, ActivationMap x, MemorySegment normed, ActivationMap y) {
        norm.forward(context, x.pixels(), x.data(), normed);
        PatchConv.Filters filters =
                context.kernels().patchConv().pack(context.arena(), weights.conv(), weights.convBias());
        context.team()
                .run(
                        x.n(),
                        (image, member) -> filters.forward(
                                normed,
                                x.imageBytes(image),
                                x.width(),
                                0,
                                y.height(),
                                context.scratch().get(member),
                                0,
                                y.data(),
                                y.imageBytes(image)));
    }

    /**
     * The backward pass: adds the gradients of the layer's weights to theirs.
     *
     * @param x the layer's input
     * @param gradY the gradient of its output
     * @param gradX takes that of its input; other memory than {@code gradY}
     */
    void backward(
            PassContext context, ActivationMap x, ActivationMap gradY, ActivationMap gradX, BackwardBuffers buffers) {
        MemorySegment normed = buffers.normed();
        MemorySegment patches = buffers.hidden();
        PatchConvGradient.Filters filters = context.gradients().patchConv().pack(context.arena(), weights.conv());
        norm.forward(context, x.pixels(), x.data(), normed);
        long inputs = (long) PATCH * PATCH * channels * Float.BYTES;
        context.team().run(x.n(), (image, member) -> {
            long to = (long) image * gradY.height() * gradY.width() * inputs;
            Patches.gather(PATCH, channels, normed, x.imageBytes(image), x.width(), 0, gradY.height(), patches, to);
            filters.inputGradient(
                    gradY.data(),
                    gradY.imageBytes(image),
                    x.height(),
                    x.width(),
                    0,
                    gradY.height(),
                    gradX.data(),
                    gradX.imageBytes(image),
                    context.scratch().get(member),
                    0);
        });
        int chunk = context.chunk(outputs);
        context.team().run((outputs + chunk - 1) / chunk, (index, member) -> {
            int from = index * chunk;
            int end = Math.min(from + chunk, outputs);
            context.gradients()
                    .patchConv()
                    .weightGradient(
                            gradY.pixels(),
                            channels,
                            PATCH,
                            outputs,
                            from,
                            end,
                            patches,
                            0,
                            gradY.data(),
                            0,
                            true,
                            gradients.conv().data(),
                            0,
                            context.scratch().get(member),
                            0);
            context.gradients()
                    .columnSums()
                    .sum(
                            gradY.pixels(),
                            from,
                            end,
                            true,
                            gradY.data(),
                            0,
                            outputs,
                            gradients.convBias().data(),
                            0);
        });
        norm.backward(context, x.pixels(), x.data(), gradX.data(), gradX.data(), buffers.parts());
    }
}
