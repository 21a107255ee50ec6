package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.StemWeights;

/**
 * Forward and backward pass of the stem. The picture is gathered into patches in the order of the filters' memory,
 * (I, P, P), so that both passes are plain matrix products; a gradient of the picture is not computed.
 */
final class StemPass {
    private final StemWeights weights;
    private final StemWeights gradients;
    private final int channels;
    private final int inChannels;
    private final int patch;
    private final NormGradient norm;

    /** The filters transposed, (I P P, C0). */
    private final MemorySegment transposed;

    StemPass(Arena arena, StemWeights weights, StemWeights gradients, double epsilon) {
        this.weights = weights;
        this.gradients = gradients;
        this.channels = weights.conv().dim(0);
        this.inChannels = weights.conv().dim(1);
        this.patch = weights.conv().dim(2);
        this.norm = new NormGradient(
                weights.norm(), weights.normBias(), gradients.norm(), gradients.normBias(), (float) epsilon);
        this.transposed = Tensor.allocate(arena, inputs(), channels).data();
    }

    /** Floats of a patch, I P P. */
    int inputs() {
        return inChannels * patch * patch;
    }

    long scratchFloats(int pixels, PassContext context) {
        MatrixProduct product = context.product();
        return Math.max(
                product.scratchFloats(PassContext.TILE_PIXELS, channels, inputs()),
                product.scratchFloats(channels, inputs(), pixels));
    }

    /**
     * The forward pass.
     *
     * @param picture (N, I, H, W)
     * @param patches takes (pixels, I P P), for the backward pass
     * @param convolved takes (pixels, C0), for the backward pass
     * @param y the output
     */
    void forward(PassContext context, Tensor picture, MemorySegment patches, MemorySegment convolved, ActivationMap y) {
        Matrices.transpose(context.team(), channels, inputs(), weights.conv().data(), false, transposed);
        context.tiles(y.pixels(), (begin, end, scratch) -> {
            for (int pixel = begin; pixel < end; pixel++) {
                gather(picture, y, pixel, patches);
            }
            int rows = end - begin;
            long at = y.pixelBytes(begin);
            Matrices.repeat(rows, channels, weights.convBias().data(), convolved, at);
            context.product()
                    .multiply(
                            rows,
                            channels,
                            inputs(),
                            patches,
                            (long) begin * inputs() * Float.BYTES,
                            inputs(),
                            false,
                            transposed,
                            0,
                            channels,
                            false,
                            true,
                            convolved,
                            at,
                            channels,
                            scratch,
                            0);
            norm.rows(context, rows, convolved, at, y.data(), at);
        });
    }

    private void gather(Tensor picture, ActivationMap y, int pixel, MemorySegment patches) {
        int image = pixel / (y.height() * y.width());
        int row = pixel / y.width() % y.height() * patch;
        int column = pixel % y.width() * patch;
        int height = picture.dim(2);
        int width = picture.dim(3);
        long runBytes = (long) patch * Float.BYTES;
        long to = (long) pixel * inputs() * Float.BYTES;
        for (int c = 0; c < inChannels; c++) {
            for (int ky = 0; ky < patch; ky++) {
                long from = (((long) image * inChannels + c) * height + row + ky) * width + column;
                MemorySegment.copy(picture.data(), from * Float.BYTES, patches, to, runBytes);
                to += runBytes;
            }
        }
    }

    /**
     * The backward pass: adds the gradients of the stem's weights to theirs.
     *
     * @param patches from the forward pass
     * @param convolved from the forward pass
     * @param gradY the gradient of the output; overwritten
     * @param parts memory for LayerNorm's sums
     */
    void backward(
            PassContext context,
            MemorySegment patches,
            MemorySegment convolved,
            ActivationMap gradY,
            MemorySegment parts) {
        int pixels = gradY.pixels();
        MemorySegment grad = gradY.data();
        norm.backward(context, pixels, convolved, grad, grad, parts);
        int chunk = context.chunk(channels);
        int chunks = (channels + chunk - 1) / chunk;
        context.team().run(chunks, (index, member) -> {
            int from = index * chunk;
            int count = Math.min(chunk, channels - from);
            context.product()
                    .multiply(
                            count,
                            inputs(),
                            pixels,
                            grad,
                            (long) from * Float.BYTES,
                            channels,
                            true,
                            patches,
                            0,
                            inputs(),
                            false,
                            true,
                            gradients.conv().data(),
                            (long) from * inputs() * Float.BYTES,
                            inputs(),
                            context.scratch().get(member),
                            0);
            context.gradients()
                    .columnSums()
                    .sum(
                            pixels,
                            from,
                            from + count,
                            true,
                            grad,
                            0,
                            channels,
                            gradients.convBias().data(),
                            0);
        });
    }
}
