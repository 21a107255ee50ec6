package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.BlockWeights;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward pass of one block, {@code y = x + f gamma (W2 gelu(W1 norm(dwconv(x)) + b1) + b2)}, with f the
 * factor of stochastic depth of each picture.
 *
 * <p>gamma is multiplied into W2 before each pass. Then the branch before gamma is never needed: with
 * {@code G = (f gradY)^T g} the gradients of W2 and of gamma both follow from G ({@link
 * org.convnext4j.engine.kernel.gradient.RowOperations}). Kept from the forward pass are x, the convolution's output and
 * the input of GELU, 6 C floats a pixel; the normed pixels and GELU's output are computed again, tile by tile.
 */
final class BlockPass {
    /** Channels of one part of the depthwise convolution's weight gradient: two of the widest vectors. */
    private static final int DWCONV_CHANNELS = 32;

    private final BlockWeights weights;
    private final BlockWeights gradients;
    private final int channels;
    private final int hidden;
    private final NormGradient norm;

    /** W1^T (C, 4C), what the forward pass multiplies by. */
    private final MemorySegment pwconv1Transposed;

    /** gamma W2 (C, 4C), what the backward pass multiplies by. */
    private final MemorySegment pwconv2Scaled;

    /** (gamma W2)^T (4C, C). */
    private final MemorySegment pwconv2Transposed;

    /** gamma b2 (C). */
    private final MemorySegment pwconv2Bias;

    /** What one pass needs of the filters; packed anew as the weights change. */
    private DepthwiseConv.@Nullable Filters dwconv;

    BlockPass(Arena arena, BlockWeights weights, BlockWeights gradients, double epsilon) {
        this.weights = weights;
        this.gradients = gradients;
        this.channels = weights.pwconv1().dim(1);
        this.hidden = weights.pwconv1().dim(0);
        this.norm = new NormGradient(
                weights.norm(), weights.normBias(), gradients.norm(), gradients.normBias(), (float) epsilon);
        this.pwconv1Transposed = Tensor.allocate(arena, channels, hidden).data();
        this.pwconv2Scaled = Tensor.allocate(arena, channels, hidden).data();
        this.pwconv2Transposed = Tensor.allocate(arena, hidden, channels).data();
        this.pwconv2Bias = Tensor.allocate(arena, channels).data();
    }

    int channels() {
        return channels;
    }

    /** Floats of scratch memory of each member of a team, for maps of so many pixels. */
    long scratchFloats(int pixels, int width, PassContext context) {
        MatrixProduct product = context.product();
        int tile = PassContext.TILE_PIXELS;
        long tiles = (long) tile * (channels + hidden) + product.scratchFloats(tile, hidden, hidden);
        long weight = Math.max(
                product.scratchFloats(channels, context.chunk(hidden), pixels),
                context.gradients().depthwiseConv().scratchFloats(width));
        return Math.max(tiles, weight);
    }

    /** Lays the weights out for one pass. */
    void prepare(PassContext context) {
        Matrices.transpose(context.team(), hidden, channels, weights.pwconv1().data(), false, pwconv1Transposed);
        MemorySegment bias = weights.pwconv2Bias().data();
        Tensor gamma = weights.gamma();
        if (gamma == null) {
            pwconv2Scaled.copyFrom(weights.pwconv2().data());
            pwconv2Bias.copyFrom(bias);
        } else {
            context.gradients()
                    .rowOperations()
                    .scaleRows(
                            channels,
                            hidden,
                            gamma.data(),
                            0,
                            weights.pwconv2().data(),
                            0,
                            hidden,
                            false,
                            pwconv2Scaled,
                            0,
                            hidden);
            pwconv2Bias.fill((byte) 0);
            Matrices.addScaled(channels, gamma.data(), bias, pwconv2Bias);
        }
        Matrices.transpose(context.team(), channels, hidden, pwconv2Scaled, false, pwconv2Transposed);
        dwconv = context.kernels().depthwiseConv().pack(context.arena(), weights.dwconv(), weights.dwconvBias());
    }

    /**
     * The forward pass.
     *
     * @param x the block's input
     * @param kept takes what the backward pass needs
     * @param factors of each pixel's branch, or none where all are 1
     * @param y the block's output
     */
    void forward(PassContext context, ActivationMap x, Kept kept, @Nullable MemorySegment factors, ActivationMap y) {
        recompute(context, x, kept);
        context.tiles(x.pixels(), (begin, end, scratch) -> {
            int rows = end - begin;
            long used = (long) rows * hidden * Float.BYTES;
            context.kernels()
                    .gelu()
                    .forward(rows, hidden, kept.hidden(), kept.hiddenBytes(begin), hidden, scratch, 0, hidden);
            addBranch(context, begin, rows, factors, scratch, used, x, y);
        });
    }

    /** What the backward pass needs, from x alone. */
    void recompute(PassContext context, ActivationMap x, Kept kept) {
        DepthwiseConv.Filters filters = Objects.requireNonNull(dwconv);
        ActivationMap convolved = x.in(kept.convolved());
        context.team().run(x.rows(), (row, member) -> x.depthwise(filters, row, convolved));
        context.tiles(x.pixels(), (begin, end, scratch) -> {
            int rows = end - begin;
            long used = (long) rows * channels * Float.BYTES;
            norm.rows(context, rows, convolved.data(), convolved.pixelBytes(begin), scratch, 0);
            Matrices.repeat(rows, hidden, weights.pwconv1Bias().data(), kept.hidden(), kept.hiddenBytes(begin));
            context.product()
                    .multiply(
                            rows,
                            hidden,
                            channels,
                            scratch,
                            0,
                            channels,
                            false,
                            pwconv1Transposed,
                            0,
                            hidden,
                            false,
                            true,
                            kept.hidden(),
                            kept.hiddenBytes(begin),
                            hidden,
                            scratch,
                            used);
        });
    }

    /** {@code y = x + f (g W2^T + b2)} for a tile; g, (rows, 4C), is at the beginning of the scratch memory. */
    private void addBranch(
            PassContext context,
            int begin,
            int rows,
            @Nullable MemorySegment factors,
            MemorySegment scratch,
            long usedBytes,
            ActivationMap x,
            ActivationMap y) {
        long at = x.pixelBytes(begin);
        MatrixProduct product = context.product();
        if (factors == null) {
            Matrices.repeat(rows, channels, pwconv2Bias, y.data(), at);
            context.gradients()
                    .rowOperations()
                    .scale(rows, channels, 1, x.data(), at, channels, true, y.data(), at, channels);
        } else {
            MemorySegment.copy(x.data(), at, y.data(), at, (long) rows * channels * Float.BYTES);
            long first = (long) begin * Float.BYTES;
            product.multiply(
                    rows,
                    channels,
                    1,
                    factors,
                    first,
                    1,
                    false,
                    pwconv2Bias,
                    0,
                    channels,
                    false,
                    true,
                    y.data(),
                    at,
                    channels,
                    scratch,
                    usedBytes);
            context.gradients()
                    .rowOperations()
                    .scaleRows(rows, hidden, factors, first, scratch, 0, hidden, false, scratch, 0, hidden);
        }
        product.multiply(
                rows,
                channels,
                hidden,
                scratch,
                0,
                hidden,
                false,
                pwconv2Transposed,
                0,
                channels,
                false,
                true,
                y.data(),
                at,
                channels,
                scratch,
                usedBytes);
    }

    /**
     * The backward pass: adds the gradients of the block's weights to theirs.
     *
     * @param x the block's input
     * @param kept from the forward pass; overwritten
     * @param factors as in the forward pass
     * @param gradY the gradient of the output
     * @param gradX takes that of the input; other memory than {@code gradY}
     * @param buffers shared by all blocks
     */
    void backward(
            PassContext context,
            ActivationMap x,
            Kept kept,
            @Nullable MemorySegment factors,
            ActivationMap gradY,
            ActivationMap gradX,
            BackwardBuffers buffers) {
        int pixels = x.pixels();
        ActivationMap convolved = x.in(kept.convolved());
        ActivationMap gradBranch = factors == null ? gradY : gradY.in(buffers.branch());
        ActivationMap normed = x.in(buffers.normed());
        ActivationMap gradConvolved = x.in(buffers.convolved());
        MemorySegment gradHidden = buffers.hidden();
        context.tiles(pixels, (begin, end, scratch) -> {
            int rows = end - begin;
            long at = x.pixelBytes(begin);
            long hiddenAt = kept.hiddenBytes(begin);
            if (factors != null) {
                context.gradients()
                        .rowOperations()
                        .scaleRows(
                                rows,
                                channels,
                                factors,
                                (long) begin * Float.BYTES,
                                gradY.data(),
                                at,
                                channels,
                                false,
                                gradBranch.data(),
                                at,
                                channels);
            }
            context.product()
                    .multiply(
                            rows,
                            hidden,
                            channels,
                            gradBranch.data(),
                            at,
                            channels,
                            false,
                            pwconv2Scaled,
                            0,
                            hidden,
                            false,
                            false,
                            gradHidden,
                            hiddenAt,
                            hidden,
                            scratch,
                            0);
            context.gradients()
                    .gelu()
                    .forwardAndBackward(
                            rows,
                            hidden,
                            kept.hidden(),
                            hiddenAt,
                            hidden,
                            kept.hidden(),
                            hiddenAt,
                            hidden,
                            gradHidden,
                            hiddenAt,
                            hidden,
                            gradHidden,
                            hiddenAt,
                            hidden);
            norm.rows(context, rows, convolved.data(), at, normed.data(), at);
            context.product()
                    .multiply(
                            rows,
                            channels,
                            hidden,
                            gradHidden,
                            hiddenAt,
                            hidden,
                            false,
                            weights.pwconv1().data(),
                            0,
                            channels,
                            false,
                            false,
                            gradConvolved.data(),
                            at,
                            channels,
                            scratch,
                            0);
            norm.rowsBackward(
                    context, begin, end, convolved.data(), gradConvolved.data(), gradConvolved.data(), buffers.parts());
        });
        weightGradients(context, x, kept, gradBranch, normed, gradConvolved, buffers);
        inputGradient(context, gradConvolved, gradY, gradX);
    }

    private void inputGradient(
            PassContext context, ActivationMap gradConvolved, ActivationMap gradY, ActivationMap gradX) {
        DepthwiseConv.Filters turned = context.gradients().depthwiseConv().packInput(context.arena(), weights.dwconv());
        context.team().run(gradX.rows(), (row, member) -> {
            gradConvolved.depthwise(turned, row, gradX);
            long at = gradX.rowBytes(row);
            context.gradients()
                    .rowOperations()
                    .scale(gradX.width(), channels, 1, gradY.data(), at, channels, true, gradX.data(), at, channels);
        });
    }

    private void weightGradients(
            PassContext context,
            ActivationMap x,
            Kept kept,
            ActivationMap gradBranch,
            ActivationMap normed,
            ActivationMap gradConvolved,
            BackwardBuffers buffers) {
        int pixels = x.pixels();
        int chunk = context.chunk(hidden);
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
                                first ? gradBranch.data() : normed.data(),
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

    /**
     * What the backward pass needs of the forward pass.
     *
     * @param convolved (pixels, C), the depthwise convolution's output
     * @param hidden (pixels, 4C), GELU's input
     * @param hiddenChannels 4C
     */
    record Kept(MemorySegment convolved, MemorySegment hidden, int hiddenChannels) {
        long hiddenBytes(int pixel) {
            return (long) pixel * hiddenChannels * Float.BYTES;
        }
    }
}
