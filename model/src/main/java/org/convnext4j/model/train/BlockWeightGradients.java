package org.convnext4j.model.train;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.BlockWeights;

/**
 * The gradients of one block's weights, once those of all its pixels are known.
 *
 * <p>With g the output of GELU and {@code G = (f gradY)^T g}, the gradients of W2 and of gamma both follow from G: row c
 * of W2's is gamma_c times row c of G, and gamma's is the dot product of the rows of W2 and G
 * ({@link org.convnext4j.engine.kernel.gradient.RowOperations}).
 */
final class BlockWeightGradients {
    /** Channels of one part of the depthwise convolution's weight gradient: one of the widest vectors. */
    private static final int DWCONV_CHANNELS = 16;

    private final BlockWeights weights;
    private final BlockWeights gradients;
    private final NormGradient norm;
    private final int channels;
    private final int hidden;

    BlockWeightGradients(BlockWeights weights, BlockWeights gradients, NormGradient norm) {
        this.weights = weights;
        this.gradients = gradients;
        this.norm = norm;
        this.channels = weights.pwconv1().dim(1);
        this.hidden = weights.pwconv1().dim(0);
    }

    long scratchFloats(int pixels, int width, PassContext context) {
        MatrixProduct product = context.product();
        return Math.max(
                product.scratchFloats(channels, chunk(context), pixels),
                context.gradients().depthwiseConv().scratchFloats(width));
    }

    /** Columns of one part of a product; the fewer parts, the less often the other matrix is transposed. */
    private int chunk(PassContext context) {
        int parts = (context.team().size() + 1) / 2;
        return ((hidden + parts - 1) / parts + 63) / 64 * 64;
    }

    /**
     * Adds the gradients to the weights'.
     *
     * @param x the block's input
     * @param kept with GELU's output in place of its input
     * @param gradBranch the gradient of the branch
     * @param gradConvolved the gradient of the depthwise convolution's output
     * @param buffers with the normed pixels, the gradient of GELU's input, and LayerNorm's parts
     */
    void add(
            PassContext context,
            ActivationMap x,
            BlockPass.Kept kept,
            ActivationMap gradBranch,
            ActivationMap gradConvolved,
            BackwardBuffers buffers) {
        int pixels = x.pixels();
        int chunk = chunk(context);
        int chunks = (hidden + chunk - 1) / chunk;
        int lanes = (channels + DWCONV_CHANNELS - 1) / DWCONV_CHANNELS;
        // The longest parts first: a member that ends early has short ones left to take.
        context.team().run(2 * chunks + lanes + 2, (index, member) -> {
            MemorySegment scratch = context.scratch().get(member);
            if (index < 2 * chunks) {
                int from = index % chunks * chunk;
                int count = Math.min(chunk, hidden - from);
                long fromBytes = (long) from * Float.BYTES;
                boolean first = index < chunks;
                context.product()
                        .multiply(
                                channels,
                                count,
                                pixels,
                                first ? gradBranch.data() : buffers.normed(),
                                0,
                                channels,
                                true,
                                first ? kept.hidden() : buffers.hidden(),
                                fromBytes,
                                hidden,
                                false,
                                false,
                                first ? buffers.weight2() : buffers.weight1(),
                                fromBytes,
                                hidden,
                                scratch,
                                0);
            } else if (index < 2 * chunks + lanes) {
                int from = (index - 2 * chunks) * DWCONV_CHANNELS;
                dwconvGradient(context, x, gradConvolved, from, scratch);
            } else if (index == 2 * chunks + lanes) {
                context.gradients()
                        .columnSums()
                        .sum(
                                pixels,
                                0,
                                hidden,
                                true,
                                buffers.hidden(),
                                0,
                                hidden,
                                gradients.pwconv1Bias().data(),
                                0);
            } else {
                context.gradients()
                        .columnSums()
                        .sum(pixels, 0, channels, false, gradBranch.data(), 0, channels, buffers.sums(), 0);
            }
        });
        Matrices.transpose(
                context.team(),
                channels,
                hidden,
                buffers.weight1(),
                true,
                gradients.pwconv1().data());
        scaleGradients(context, buffers);
        norm.addParts(context, pixels, buffers.parts());
    }

    private void dwconvGradient(
            PassContext context, ActivationMap x, ActivationMap gradConvolved, int from, MemorySegment scratch) {
        context.gradients()
                .depthwiseConv()
                .weightGradient(
                        x.n(),
                        x.height(),
                        x.width(),
                        channels,
                        from,
                        Math.min(from + DWCONV_CHANNELS, channels),
                        x.data(),
                        0,
                        gradConvolved.data(),
                        0,
                        true,
                        gradients.dwconv().data(),
                        0,
                        gradients.dwconvBias().data(),
                        0,
                        scratch,
                        0);
    }

    /** From {@code G} and the sums of the branch's gradient to the gradients of W2, b2 and gamma. */
    private void scaleGradients(PassContext context, BackwardBuffers buffers) {
        Tensor gamma = weights.gamma();
        Tensor gradGamma = gradients.gamma();
        MemorySegment product = buffers.weight2();
        MemorySegment gradPwconv2 = gradients.pwconv2().data();
        MemorySegment factor = gamma == null ? null : gamma.data();
        Matrices.addScaled(
                channels, factor, buffers.sums(), gradients.pwconv2Bias().data());
        if (factor == null || gradGamma == null) {
            context.gradients()
                    .rowOperations()
                    .scale(channels, hidden, 1, product, 0, hidden, true, gradPwconv2, 0, hidden);
            return;
        }
        context.gradients()
                .rowOperations()
                .scaleRows(channels, hidden, factor, 0, product, 0, hidden, true, gradPwconv2, 0, hidden);
        context.gradients()
                .rowOperations()
                .dots(
                        channels,
                        hidden,
                        weights.pwconv2().data(),
                        0,
                        hidden,
                        product,
                        0,
                        hidden,
                        true,
                        gradGamma.data(),
                        0);
        Matrices.addScaled(channels, weights.pwconv2Bias().data(), buffers.sums(), gradGamma.data());
    }
}
