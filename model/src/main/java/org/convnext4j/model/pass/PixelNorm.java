package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * A norm over the channels of each pixel, with its gradients.
 *
 * @param kind which
 * @param epsilon added to the variance or the mean square
 * @param weight (C)
 * @param bias (C); zeros for a kind that has none
 * @param gradWeight (C), added to
 * @param gradBias (C), added to; none for a kind without a bias
 */
record PixelNorm(
        NormKind kind,
        float epsilon,
        Tensor weight,
        Tensor bias,
        Tensor gradWeight,
        @Nullable Tensor gradBias) {
    /**
     * Of a layer.
     *
     * @param arena of the zeros
     */
    static PixelNorm of(NormLayer layer, Arena arena, TensorSource weights, TensorSource gradients) {
        boolean biased = layer.kind().isCentred();
        return new PixelNorm(
                layer.kind().kernel(),
                (float) layer.epsilon(),
                weights.tensor(layer.weight()),
                biased ? weights.tensor(layer.bias()) : Tensor.allocate(arena, layer.channels()),
                gradients.tensor(layer.weight()),
                biased ? gradients.tensor(layer.bias()) : null);
    }

    int channels() {
        return weight.dim(0);
    }

    /** Floats of {@link #rowsBackward}'s parts. */
    long partsFloats(int pixels) {
        return 2L * ChannelNormGradient.parts(pixels) * channels();
    }

    /** {@code y = norm(x)} for all pixels; y may be x. */
    void forward(PassContext context, BatchMap x, BatchMap y) {
        context.tiles(x.pixels(), (begin, end, member) -> {
            long at = x.pixelBytes(begin);
            rows(context, end - begin, x.data(), at, y.data(), at);
        });
    }

    /** {@code y = norm(x)} for some pixels. */
    void rows(PassContext context, int rows, MemorySegment x, long xBytes, MemorySegment y, long yBytes) {
        int c = channels();
        context.kernels().norm(kind).forward(rows, c, epsilon, weight.data(), bias.data(), x, xBytes, c, y, yBytes, c);
    }

    /** {@code gradX} from {@code gradY}, which may be the same memory, and the gradients of weight and bias. */
    void backward(PassContext context, BatchMap x, BatchMap gradY, BatchMap gradX) {
        MemorySegment parts = context.memory().take(partsFloats(x.pixels()));
        context.tiles(
                x.pixels(),
                (begin, end, member) -> rowsBackward(context, begin, end, x.data(), gradY.data(), gradX.data(), parts));
        addParts(context, x.pixels(), parts);
        context.memory().give(parts);
    }

    /** {@code gradX} of some pixels, and their parts of the sums; {@link #addParts} when all are done. */
    void rowsBackward(
            PassContext context,
            int begin,
            int end,
            MemorySegment x,
            MemorySegment gradY,
            MemorySegment gradX,
            MemorySegment parts) {
        int c = channels();
        context.gradients()
                .norm(kind)
                .backward(begin, end, c, epsilon, weight.data(), 0, x, 0, c, gradY, 0, c, gradX, 0, c, parts, 0);
    }

    /** Adds the parts of all pixels to the gradients. */
    void addParts(PassContext context, int pixels, MemorySegment parts) {
        addParts(context, pixels, parts, 0, gradWeight);
        addParts(context, pixels, parts, (long) channels() * Float.BYTES, gradBias);
    }

    private void addParts(
            PassContext context, int pixels, MemorySegment parts, long partsBytes, @Nullable Tensor grad) {
        if (grad != null) {
            int c = channels();
            int count = ChannelNormGradient.parts(pixels);
            context.gradients().columnSums().sum(count, 0, c, true, parts, partsBytes, 2 * c, grad.data(), 0);
        }
    }
}
