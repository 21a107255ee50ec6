package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.engine.kernel.Patches;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.jspecify.annotations.Nullable;

/** A patch convolution of a norm, {@code conv2x2(norm(x))}. Only x is kept; the rest is computed again. */
final class DownsamplePass implements LayerPass {
    private final ConvLayer layer;
    private final PixelNorm norm;
    private final ConvTensors weights;
    private final ConvTensors gradients;
    private @Nullable BatchMap x;

    /**
     * Of a norm and a convolution that {@link PatchStart#isPatches} is true of.
     *
     * @param gradients added to
     */
    DownsamplePass(PixelNorm norm, ConvLayer layer, ConvTensors weights, ConvTensors gradients) {
        this.layer = layer;
        this.norm = norm;
        this.weights = weights;
        this.gradients = gradients;
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        BatchMap normed = context.memory().take(input.n(), input.shape());
        BatchMap y = context.memory().take(input.n(), layer.output(input.shape()));
        norm.forward(context, input, normed);
        PatchConv.Filters filters =
                context.kernels().patchConv().pack(context.arena(), weights.weight(), bias(weights));
        List<MemorySegment> scratch = context.scratch(filters.scratchFloats(input.width()) * y.height());
        context.team()
                .run(
                        input.n(),
                        (image, member) -> filters.forward(
                                normed.data(),
                                input.imageBytes(image),
                                input.width(),
                                0,
                                y.height(),
                                scratch.get(member),
                                0,
                                y.data(),
                                y.imageBytes(image)));
        context.memory().give(normed);
        x = input;
        return y;
    }

    private static Tensor bias(ConvTensors tensors) {
        return Objects.requireNonNull(tensors.bias());
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        int patch = layer.window().kernel();
        long inputs = (long) patch * patch * layer.inputs();
        BatchMap normed = context.memory().take(input.n(), input.shape());
        BatchMap gradX = context.memory().take(input.n(), input.shape());
        MemorySegment patches = context.memory().take(gradY.pixels() * inputs);
        norm.forward(context, input, normed);
        PatchConvGradient.Filters filters = context.gradients().patchConv().pack(context.arena(), weights.weight());
        List<MemorySegment> scratch = context.scratch(filters.scratchFloats(input.width(), gradY.height()));
        context.team().run(input.n(), (image, member) -> {
            long to = (long) image * gradY.shape().pixels() * inputs * Float.BYTES;
            Patches.gather(
                    patch,
                    layer.inputs(),
                    normed.data(),
                    input.imageBytes(image),
                    input.width(),
                    0,
                    gradY.height(),
                    patches,
                    to);
            filters.inputGradient(
                    gradY.data(),
                    gradY.imageBytes(image),
                    input.height(),
                    input.width(),
                    0,
                    gradY.height(),
                    gradX.data(),
                    gradX.imageBytes(image),
                    scratch.get(member),
                    0);
        });
        addWeightGradients(context, patches, gradY);
        context.memory().give(patches);
        context.memory().give(normed);
        context.memory().give(gradY);
        norm.backward(context, input, gradX, gradX);
        return gradX;
    }

    private void addWeightGradients(PassContext context, MemorySegment patches, BatchMap gradY) {
        PatchConvGradient kernel = context.gradients().patchConv();
        int patch = layer.window().kernel();
        int outputs = layer.outputs();
        List<MemorySegment> scratch =
                context.scratch(kernel.scratchFloats(gradY.pixels(), layer.inputs(), patch, context.chunk(outputs)));
        context.columns(outputs, (begin, end, member) -> {
            kernel.weightGradient(
                    gradY.pixels(),
                    layer.inputs(),
                    patch,
                    outputs,
                    begin,
                    end,
                    patches,
                    0,
                    gradY.data(),
                    0,
                    true,
                    gradients.weight().data(),
                    0,
                    scratch.get(member),
                    0);
            context.gradients()
                    .columnSums()
                    .sum(
                            gradY.pixels(),
                            begin,
                            end,
                            true,
                            gradY.data(),
                            0,
                            outputs,
                            bias(gradients).data(),
                            0);
        });
    }
}
