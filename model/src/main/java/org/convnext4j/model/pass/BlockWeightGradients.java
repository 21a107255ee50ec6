package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The gradients of one block's weights, once those of all its pixels are known.
 *
 * <p>With g the input of W2 and {@code G = (f gradY)^T g}, the gradients of W2 and of gamma both follow from G: row c
 * of W2's is gamma_c times row c of G, and gamma's is the dot product of the rows of W2 and G
 * ({@link org.convnext4j.engine.kernel.gradient.RowOperations}).
 */
final class BlockWeightGradients {
    /** Channels of one part of the depthwise convolution's weight gradient: one of the widest vectors. */
    private static final int DWCONV_CHANNELS = 16;

    private final BlockTensors weights;
    private final BlockTensors gradients;
    private final BlockConv conv;
    private final int channels;
    private final int hidden;

    BlockWeightGradients(BlockTensors weights, BlockTensors gradients, BlockConv conv) {
        this.weights = weights;
        this.gradients = gradients;
        this.conv = conv;
        this.channels = weights.pwconv1().dim(1);
        this.hidden = weights.pwconv1().dim(0);
    }

    /**
     * What is known of all pixels.
     *
     * @param x the block's input
     * @param normed the input of W1
     * @param gradConvolved the gradient of the depthwise convolution's output
     * @param activated the input of W2
     * @param gradHidden the gradient of W1's output
     * @param gradBranch the gradient of the branch
     */
    record Maps(
            BatchMap x,
            BatchMap normed,
            BatchMap gradConvolved,
            BatchMap activated,
            BatchMap gradHidden,
            BatchMap gradBranch) {}

    /** Columns of one part of a product; the fewer parts, the less often the other matrix is transposed. */
    private int chunk(PassContext context) {
        int parts = (context.team().size() + 1) / 2;
        return ((hidden + parts - 1) / parts + 63) / 64 * 64;
    }

    /** Adds the gradients to the weights'; those of the norms are theirs. */
    void add(PassContext context, Maps maps) {
        int pixels = maps.x().pixels();
        int chunk = chunk(context);
        int chunks = (hidden + chunk - 1) / chunk;
        int lanes = (channels + DWCONV_CHANNELS - 1) / DWCONV_CHANNELS;
        MemorySegment weight1 = context.memory().take((long) channels * hidden);
        MemorySegment weight2 = context.memory().take((long) channels * hidden);
        MemorySegment sums = context.memory().take(channels);
        List<MemorySegment> pieces = context.scratch(Math.max(
                context.product().scratchFloats(channels, chunk, pixels),
                conv.scratchFloats(context, maps.x().width())));
        // The longest parts first: a member that ends early has short ones left to take.
        context.team().run(2 * chunks + lanes + 2, (index, member) -> {
            MemorySegment scratch = pieces.get(member);
            if (index < 2 * chunks) {
                int from = index % chunks * chunk;
                int count = Math.min(chunk, hidden - from);
                if (index < chunks) {
                    product(context, maps.gradBranch(), maps.activated(), from, count, weight2, scratch);
                } else {
                    product(context, maps.normed(), maps.gradHidden(), from, count, weight1, scratch);
                }
            } else if (index < 2 * chunks + lanes) {
                int from = (index - 2 * chunks) * DWCONV_CHANNELS;
                int end = Math.min(from + DWCONV_CHANNELS, channels);
                conv.addGradients(context, maps.x(), maps.gradConvolved(), from, end, scratch);
            } else if (index == 2 * chunks + lanes) {
                sums(context, maps.gradHidden(), true, gradients.pwconv1Bias().data());
            } else {
                sums(context, maps.gradBranch(), false, sums);
            }
        });
        Matrices.transpose(
                context.team(),
                channels,
                hidden,
                weight1,
                true,
                gradients.pwconv1().data());
        scaleGradients(context, weight2, sums);
        context.memory().give(sums);
        context.memory().give(weight2);
        context.memory().give(weight1);
    }

    /** {@code to = a^T b} for some columns of b, which has 4C of them. */
    private void product(
            PassContext context, BatchMap a, BatchMap b, int from, int count, MemorySegment to, MemorySegment scratch) {
        long fromBytes = (long) from * Float.BYTES;
        context.product()
                .multiply(
                        channels,
                        count,
                        a.pixels(),
                        a.data(),
                        0,
                        channels,
                        true,
                        b.data(),
                        fromBytes,
                        hidden,
                        false,
                        false,
                        to,
                        fromBytes,
                        hidden,
                        scratch,
                        0);
    }

    private static void sums(PassContext context, BatchMap x, boolean accumulate, MemorySegment to) {
        int c = x.channels();
        context.gradients().columnSums().sum(x.pixels(), 0, c, accumulate, x.data(), 0, c, to, 0);
    }

    /** From {@code G} and the sums of the branch's gradient to the gradients of W2, b2 and gamma. */
    private void scaleGradients(PassContext context, MemorySegment product, MemorySegment sums) {
        Tensor gamma = weights.gamma();
        Tensor gradGamma = gradients.gamma();
        MemorySegment gradPwconv2 = gradients.pwconv2().data();
        MemorySegment factor = gamma == null ? null : gamma.data();
        Matrices.addScaled(channels, factor, sums, gradients.pwconv2Bias().data());
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
        Matrices.addScaled(channels, weights.pwconv2Bias().data(), sums, gradGamma.data());
    }
}
