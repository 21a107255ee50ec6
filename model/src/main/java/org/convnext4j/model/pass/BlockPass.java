package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward pass of one block, {@code y = x + f gamma (W2 act(W1 norm(dwconv(x)) + b1) + b2)}, with f the
 * factor of stochastic depth of each picture, and a response norm between the activation and W2 in some networks.
 *
 * <p>gamma is multiplied into W2 and b2 before each pass, and the branch before gamma is never needed ({@link
 * BlockWeightGradients}). Kept from the forward pass are x, the convolution's output and the input of the activation, 6 C
 * floats a pixel, or x alone if the rest is recomputed; the normed pixels and the activation's output are computed again
 * in any case, tile by tile.
 *
 * <p>The pointwise convolutions are the engine's, as in inference, on weights laid out once per pass: twice forwards and,
 * with the transposed weights, twice backwards. Laying them out again for each tile took an eighth of the step.
 */
final class BlockPass implements LayerPass {
    private final int number;
    private final BlockTensors weights;
    private final int channels;
    private final int hidden;
    private final BlockConv conv;
    private final PixelNorm norm;
    private final BlockActivation activation;
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
    private DepthwiseConv.@Nullable Filters filters;

    private @Nullable BatchMap x;
    private @Nullable Kept kept;
    private @Nullable MemorySegment factors;

    /**
     * Of a block.
     *
     * @param arena as long as the network lives
     * @param gradients added to
     */
    BlockPass(BlockPlan layers, Arena arena, Gemm gemm, TensorSource weights, TensorSource gradients) {
        this.number = layers.number();
        this.weights = BlockTensors.of(layers, weights);
        BlockTensors added = BlockTensors.of(layers, gradients);
        this.channels = layers.channels();
        this.hidden = layers.hidden();
        this.conv = BlockConv.of(layers, this.weights, added);
        this.norm = PixelNorm.of(layers.norm(), arena, weights, gradients);
        this.activation = BlockActivation.of(layers, weights, gradients);
        this.weightGradients = new BlockWeightGradients(this.weights, added, conv);
        boolean scaled = layers.scale() != null;
        pwconv2Scaled = scaled ? Tensor.allocate(arena, channels, hidden) : this.weights.pwconv2();
        pwconv2Bias = scaled ? Tensor.allocate(arena, channels) : this.weights.pwconv2Bias();
        pwconv1 = gemm.follow(arena, this.weights.pwconv1(), false, this.weights.pwconv1Bias());
        pwconv2 = gemm.follow(arena, pwconv2Scaled, false, pwconv2Bias);
        pwconv1Back = gemm.follow(arena, this.weights.pwconv1(), true, null);
        pwconv2Back = gemm.follow(arena, pwconv2Scaled, true, null);
    }

    /**
     * What the backward pass needs of the forward pass.
     *
     * @param convolved the depthwise convolution's output
     * @param hidden the activation's input, 4C channels
     */
    record Kept(BatchMap convolved, BatchMap hidden) {
        void give(MapMemory memory) {
            memory.give(convolved);
            memory.give(hidden);
        }
    }

    /** Lays the weights out for one pass. */
    private void layOut(PassContext context) {
        Tensor gamma = weights.gamma();
        if (gamma != null) {
            scale(context, gamma);
        }
        context.refresh(pwconv1);
        context.refresh(pwconv2);
        context.refresh(pwconv1Back);
        context.refresh(pwconv2Back);
        filters = conv.pack(context);
    }

    private void scale(PassContext context, Tensor gamma) {
        context.columns(channels, (begin, end, member) -> {
            long at = (long) begin * hidden * Float.BYTES;
            context.gradients()
                    .rowOperations()
                    .scaleRows(
                            end - begin,
                            hidden,
                            gamma.data(),
                            (long) begin * Float.BYTES,
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

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        layOut(context);
        factors = factors(context, input);
        BatchMap y = context.memory().take(input.n(), input.shape());
        Kept now = keep(context, input);
        activation.forward(
                context,
                now.hidden(),
                channels,
                (begin, end, scratch) -> hidden(context, begin, end - begin, now, scratch),
                (begin, end, g, bytes, scratch) -> addBranch(context, begin, end - begin, g, bytes, scratch, input, y));
        x = input;
        kept = now;
        if (context.recompute()) {
            now.give(context.memory());
            kept = null;
        }
        return y;
    }

    /** Each pixel's factor; none where the block is never skipped. */
    private @Nullable MemorySegment factors(PassContext context, BatchMap map) {
        if (!context.factors().skips(number)) {
            return null;
        }
        MemorySegment all = context.memory().take(map.pixels());
        int pixels = map.shape().pixels();
        for (int image = 0; image < map.n(); image++) {
            float factor = context.factors().of(number, image);
            for (int i = 0; i < pixels; i++) {
                all.setAtIndex(Tensor.FLOAT, (long) image * pixels + i, factor);
            }
        }
        return all;
    }

    /** Room for what is kept, with the convolution's output. */
    private Kept keep(PassContext context, BatchMap map) {
        BatchMap convolved = context.memory().take(map.n(), map.shape());
        BatchMap wide = context.memory().take(map.n(), new MapShape(map.height(), map.width(), hidden));
        DepthwiseConv.Filters packed = Objects.requireNonNull(filters);
        context.team().run(map.rows(), (row, member) -> BlockConv.row(packed, map, row, convolved));
        return new Kept(convolved, wide);
    }

    /** The activation's input for a tile. */
    private void hidden(PassContext context, int begin, int rows, Kept to, MemorySegment scratch) {
        norm.rows(context, rows, to.convolved().data(), to.convolved().pixelBytes(begin), scratch, 0);
        pwconv1.forward(
                rows,
                scratch,
                0,
                channels,
                0,
                hidden,
                Epilogue.NONE,
                scratch,
                to.hidden().data(),
                to.hidden().pixelBytes(begin),
                hidden);
    }

    /** {@code y = x + f (g W2^T + b2)} for a tile; g is (rows, 4C). */
    private void addBranch(
            PassContext context,
            int begin,
            int rows,
            MemorySegment g,
            long gBytes,
            MemorySegment scratch,
            BatchMap input,
            BatchMap y) {
        long at = input.pixelBytes(begin);
        MemorySegment scales = factors;
        if (scales == null) {
            pwconv2.forward(
                    rows, g, gBytes, hidden, 0, channels, Epilogue.ADD_RESIDUAL, input.data(), y.data(), at, channels);
            return;
        }
        long branch =
                (long) rows * hidden * Float.BYTES; // behind g, which may be at the beginning of the scratch memory
        pwconv2.forward(rows, g, gBytes, hidden, 0, channels, Epilogue.NONE, scratch, scratch, branch, channels);
        MemorySegment.copy(input.data(), at, y.data(), at, (long) rows * channels * Float.BYTES);
        scaleRows(context, scales, begin, rows, scratch, branch, true, y.data());
    }

    /** {@code y = f x}, or {@code y += f x}, for a tile. */
    private void scaleRows(
            PassContext context,
            MemorySegment scales,
            int begin,
            int rows,
            MemorySegment from,
            long fromBytes,
            boolean accumulate,
            MemorySegment to) {
        long first = (long) begin * Float.BYTES;
        context.gradients()
                .rowOperations()
                .scaleRows(
                        rows,
                        channels,
                        scales,
                        first,
                        from,
                        fromBytes,
                        channels,
                        accumulate,
                        to,
                        first * channels,
                        channels);
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        MapMemory memory = context.memory();
        Kept now = Objects.requireNonNullElseGet(kept, () -> recompute(context, input));
        MemorySegment scales = factors;
        BatchMap gradBranch = scales == null ? gradY : memory.take(gradY.n(), gradY.shape());
        BatchMap gradHidden = memory.take(input.n(), now.hidden().shape());
        BatchMap normed = memory.take(input.n(), input.shape());
        BatchMap gradConvolved = memory.take(input.n(), input.shape());
        MemorySegment parts = memory.take(norm.partsFloats(input.pixels()));
        BatchMap activated = activation.backward(
                context,
                now.hidden(),
                gradHidden,
                (begin, end) -> {
                    if (scales != null) {
                        long at = gradY.pixelBytes(begin);
                        scaleRows(context, scales, begin, end - begin, gradY.data(), at, false, gradBranch.data());
                    }
                    linear(pwconv2Back, begin, end - begin, gradBranch, gradHidden);
                },
                (begin, end) -> {
                    linear(pwconv1Back, begin, end - begin, gradHidden, gradConvolved);
                    long at = input.pixelBytes(begin);
                    norm.rows(context, end - begin, now.convolved().data(), at, normed.data(), at);
                    MemorySegment grad = gradConvolved.data();
                    norm.rowsBackward(context, begin, end, now.convolved().data(), grad, grad, parts);
                });
        weightGradients.add(
                context,
                new BlockWeightGradients.Maps(input, normed, gradConvolved, activated, gradHidden, gradBranch));
        norm.addParts(context, input.pixels(), parts);
        if (!activated.isIn(now.hidden())) {
            memory.give(activated);
        }
        now.give(memory);
        memory.give(parts);
        memory.give(normed);
        memory.give(gradHidden);
        if (scales != null) {
            memory.give(gradBranch);
            memory.give(scales);
        }
        BatchMap gradX = memory.take(input.n(), input.shape());
        inputGradient(context, gradConvolved, gradY, gradX);
        memory.give(gradConvolved);
        memory.give(gradY);
        return gradX;
    }

    /** What the backward pass needs, from x alone. */
    private Kept recompute(PassContext context, BatchMap input) {
        Kept again = keep(context, input);
        List<MemorySegment> scratch = context.scratch((long) PassContext.TILE_PIXELS * channels);
        context.tiles(
                input.pixels(),
                (begin, end, member) -> hidden(context, begin, end - begin, again, scratch.get(member)));
        return again;
    }

    /** A product with laid out weights, for a tile. */
    private static void linear(Gemm.LiveLinear layer, int begin, int rows, BatchMap from, BatchMap to) {
        layer.forward(
                rows,
                from.data(),
                from.pixelBytes(begin),
                from.channels(),
                0,
                layer.outputs(),
                Epilogue.NONE,
                to.data(),
                to.data(),
                to.pixelBytes(begin),
                to.channels());
    }

    private void inputGradient(PassContext context, BatchMap gradConvolved, BatchMap gradY, BatchMap gradX) {
        DepthwiseConv.Filters turned = conv.packInput(context);
        context.team().run(gradX.rows(), (row, member) -> {
            BlockConv.row(turned, gradConvolved, row, gradX);
            long at = gradX.pixelBytes(row * gradX.width());
            context.gradients()
                    .rowOperations()
                    .scale(gradX.width(), channels, 1, gradY.data(), at, channels, true, gradX.data(), at, channels);
        });
    }
}
