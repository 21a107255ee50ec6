package org.convnext4j.model.train;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.tensor.Tensor;

/**
 * LayerNorm over the channels with its backward pass, as the stem, the downsampling layers and the head have it.
 *
 * @param weight (C)
 * @param bias (C)
 * @param gradWeight (C), added to
 * @param gradBias (C), added to
 * @param epsilon added to the variance
 */
record NormGradient(Tensor weight, Tensor bias, Tensor gradWeight, Tensor gradBias, float epsilon) {
    /** {@code y = norm(x)} for all pixels; y may be x. */
    void forward(PassContext context, int pixels, MemorySegment x, MemorySegment y) {
        context.tiles(pixels, (begin, end, scratch) -> {
            long at = (long) begin * channels() * Float.BYTES;
            rows(context, end - begin, x, at, y, at);
        });
    }

    /** {@code y = norm(x)} for some pixels. */
    void rows(PassContext context, int rows, MemorySegment x, long xBytes, MemorySegment y, long yBytes) {
        int c = channels();
        context.kernels().layerNorm().forward(rows, c, epsilon, weight.data(), bias.data(), x, xBytes, c, y, yBytes, c);
    }

    /** {@code gradX} from {@code gradY}, which may be the same memory, and the gradients of weight and bias. */
    void backward(
            PassContext context,
            int pixels,
            MemorySegment x,
            MemorySegment gradY,
            MemorySegment gradX,
            MemorySegment parts) {
        context.tiles(pixels, (begin, end, scratch) -> rowsBackward(context, begin, end, x, gradY, gradX, parts));
        addParts(context, pixels, parts);
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
                .layerNorm()
                .backward(begin, end, c, epsilon, weight.data(), 0, x, 0, c, gradY, 0, c, gradX, 0, c, parts, 0);
    }

    /** Adds the parts of all pixels to the gradients. */
    void addParts(PassContext context, int pixels, MemorySegment parts) {
        int count = LayerNormGradient.parts(pixels);
        int c = channels();
        long biasBytes = (long) c * Float.BYTES;
        context.gradients().columnSums().sum(count, 0, c, true, parts, 0, 2 * c, gradWeight.data(), 0);
        context.gradients().columnSums().sum(count, 0, c, true, parts, biasBytes, 2 * c, gradBias.data(), 0);
    }

    private int channels() {
        return weight.dim(0);
    }
}
