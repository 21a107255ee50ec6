package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.BlockWeights;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward pass of one block, {@code y = x + f gamma (W2 gelu(W1 norm(dwconv(x)) + b1) + b2)}, with f the
 * factor of stochastic depth of each picture.
 *
 * <p>gamma is multiplied into W2 and b2 before each pass, and the branch before gamma is never needed ({@link
 * BlockWeightGradients}). Kept from the forward pass are x, the convolution's output and the input of GELU, 6 C floats a
 * pixel; the normed pixels and GELU's output are computed again, tile by tile.
 *
 * <p>The pointwise convolutions are the engine's, as in inference, on weights laid out once per pass: twice forwards and,
 * with the transposed weights, twice backwards. Laying them out again for each tile took an eighth of the step.
 */
final class BlockPass {
    private final BlockWeights weights;
    private final int channels;
    private final int hidden;
    private final NormGradient norm;
    private final BlockWeightGradients weightGradients;

    /** gamma W2 (C, 4C). */
    private final Tensor pwconv2Scaled;

    /** gamma b2 (C). */
    private final Tensor pwconv2Bias;

    private final Gemm.LiveLinear pwconv1;
    private final Gemm.LiveLinear pwconv2;

    /** From the gradient of pwconv1's output to that of its input. */
    private final Gemm.LiveLinear pwconv1Back;

    /** From the gradient of the branch to that of pwconv2's input. */
    private final Gemm.LiveLinear pwconv2Back;

    /** What one pass needs of the filters; packed anew as the weights change. */
    private DepthwiseConv.@Nullable Filters dwconv;

    BlockPass(Arena arena, Gemm gemm, BlockWeights weights, BlockWeights gradients, double epsilon) {
        this.weights = weights;
        this.channels = weights.pwconv1().dim(1);
        this.hidden = weights.pwconv1().dim(0);
        this.norm = new NormGradient(
                weights.norm(), weights.normBias(), gradients.norm(), gradients.normBias(), (float) epsilon);
        this.weightGradients = new BlockWeightGradients(weights, gradients, norm);
        boolean scaled = weights.gamma() != null;
        pwconv2Scaled = scaled ? Tensor.allocate(arena, channels, hidden) : weights.pwconv2();
        pwconv2Bias = scaled ? Tensor.allocate(arena, channels) : weights.pwconv2Bias();
        pwconv1 = gemm.follow(arena, weights.pwconv1(), false, weights.pwconv1Bias());
        pwconv2 = gemm.follow(arena, pwconv2Scaled, false, pwconv2Bias);
        pwconv1Back = gemm.follow(arena, weights.pwconv1(), true, null);
        pwconv2Back = gemm.follow(arena, pwconv2Scaled, true, null);
    }

    int channels() {
        return channels;
    }

    /** Floats of scratch memory of each member of a team, for maps of so many pixels. */
    long scratchFloats(int pixels, int width, PassContext context) {
        long tile = (long) PassContext.TILE_PIXELS * (channels + hidden);
        return Math.max(tile, weightGradients.scratchFloats(pixels, width, context));
    }

    /** Lays the weights out for one pass. */
    void prepare(PassContext context) {
        Tensor gamma = weights.gamma();
        if (gamma != null) {
            scale(context, gamma);
        }
        context.refresh(pwconv1);
        context.refresh(pwconv2);
        context.refresh(pwconv1Back);
        context.refresh(pwconv2Back);
        dwconv = context.kernels().depthwiseConv().pack(context.arena(), weights.dwconv(), weights.dwconvBias());
    }

    private void scale(PassContext context, Tensor gamma) {
        int chunk = context.chunk(channels);
        context.team().run((channels + chunk - 1) / chunk, (index, member) -> {
            int from = index * chunk;
            long at = (long) from * hidden * Float.BYTES;
            context.gradients()
                    .rowOperations()
                    .scaleRows(
                            Math.min(chunk, channels - from),
                            hidden,
                            gamma.data(),
                            (long) from * Float.BYTES,
                            weights.pwconv2().data(),
                            at,
                            hidden,
                            false,
                            pwconv2Scaled.data(),
                            at,
                            hidden);
        });
        for (int c = 0; c < channels; c++) {
            pwconv2Bias.set(c, gamma.get(c) * weights.pwconv2Bias().get(c));
        }
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
        depthwise(context, x, kept);
        context.tiles(x.pixels(), (begin, end, scratch) -> {
            int rows = end - begin;
            hidden(context, begin, rows, x, kept, scratch);
            context.kernels()
                    .gelu()
                    .forward(rows, hidden, kept.hidden(), kept.hiddenBytes(begin), hidden, scratch, 0, hidden);
            addBranch(context, begin, rows, factors, scratch, x, y);
        });
    }

    /** What the backward pass needs, from x alone. */
    void recompute(PassContext context, ActivationMap x, Kept kept) {
        depthwise(context, x, kept);
        context.tiles(x.pixels(), (begin, end, scratch) -> hidden(context, begin, end - begin, x, kept, scratch));
    }

    private void depthwise(PassContext context, ActivationMap x, Kept kept) {
        DepthwiseConv.Filters filters = Objects.requireNonNull(dwconv);
        ActivationMap convolved = x.in(kept.convolved());
        context.team().run(x.rows(), (row, member) -> x.depthwise(filters, row, convolved));
    }

    /** GELU's input for a tile. */
    private void hidden(PassContext context, int begin, int rows, ActivationMap x, Kept kept, MemorySegment scratch) {
        norm.rows(context, rows, kept.convolved(), x.pixelBytes(begin), scratch, 0);
        pwconv1.forward(
                rows,
                scratch,
                0,
                channels,
                0,
                hidden,
                Epilogue.NONE,
                scratch,
                kept.hidden(),
                kept.hiddenBytes(begin),
                hidden);
    }

    /** {@code y = x + f (g W2^T + b2)} for a tile; g, (rows, 4C), is at the beginning of the scratch memory. */
    private void addBranch(
            PassContext context,
            int begin,
            int rows,
            @Nullable MemorySegment factors,
            MemorySegment scratch,
            ActivationMap x,
            ActivationMap y) {
        long at = x.pixelBytes(begin);
        if (factors == null) {
            pwconv2.forward(
                    rows, scratch, 0, hidden, 0, channels, Epilogue.ADD_RESIDUAL, x.data(), y.data(), at, channels);
            return;
        }
        long branch = (long) rows * hidden * Float.BYTES;
        pwconv2.forward(rows, scratch, 0, hidden, 0, channels, Epilogue.NONE, scratch, scratch, branch, channels);
        MemorySegment.copy(x.data(), at, y.data(), at, (long) rows * channels * Float.BYTES);
        context.gradients()
                .rowOperations()
                .scaleRows(
                        rows,
                        channels,
                        factors,
                        (long) begin * Float.BYTES,
                        scratch,
                        branch,
                        channels,
                        true,
                        y.data(),
                        at,
                        channels);
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
        ActivationMap gradBranch = factors == null ? gradY : gradY.in(buffers.branch());
        ActivationMap gradConvolved = x.in(buffers.convolved());
        context.tiles(x.pixels(), (begin, end, scratch) -> {
            int rows = end - begin;
            long at = x.pixelBytes(begin);
            if (factors != null) {
                long first = (long) begin * Float.BYTES;
                context.gradients()
                        .rowOperations()
                        .scaleRows(
                                rows,
                                channels,
                                factors,
                                first,
                                gradY.data(),
                                at,
                                channels,
                                false,
                                gradBranch.data(),
                                at,
                                channels);
            }
            branchGradient(context, begin, rows, at, gradBranch, kept, buffers);
            norm.rows(context, rows, kept.convolved(), at, buffers.normed(), at);
            norm.rowsBackward(
                    context, begin, end, kept.convolved(), gradConvolved.data(), gradConvolved.data(), buffers.parts());
        });
        weightGradients.add(context, x, kept, gradBranch, gradConvolved, buffers);
        inputGradient(context, gradConvolved, gradY, gradX);
    }

    /** From the gradient of the branch to that of the normed pixels, for a tile. */
    private void branchGradient(
            PassContext context,
            int begin,
            int rows,
            long at,
            ActivationMap gradBranch,
            Kept kept,
            BackwardBuffers buffers) {
        long hiddenAt = kept.hiddenBytes(begin);
        MemorySegment gradHidden = buffers.hidden();
        pwconv2Back.forward(
                rows,
                gradBranch.data(),
                at,
                channels,
                0,
                hidden,
                Epilogue.NONE,
                gradHidden,
                gradHidden,
                hiddenAt,
                hidden);
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
        MemorySegment gradNormed = buffers.convolved();
        pwconv1Back.forward(
                rows, gradHidden, hiddenAt, hidden, 0, channels, Epilogue.NONE, gradNormed, gradNormed, at, channels);
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

    /**
     * What the backward pass needs of the forward pass.
     *
     * @param convolved (pixels, C), the depthwise convolution's output
     * @param hidden (pixels, 4C), GELU's input; after the backward pass's tiles its output
     * @param hiddenChannels 4C
     */
    record Kept(MemorySegment convolved, MemorySegment hidden, int hiddenChannels) {
        long hiddenBytes(int pixel) {
            return (long) pixel * hiddenChannels * Float.BYTES;
        }
    }
}
