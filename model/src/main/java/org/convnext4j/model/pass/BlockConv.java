package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.Window;

/**
 * The depthwise convolution of a block: 7x7 by its own kernels, others by those for any size and dilation.
 *
 * @param window of stride 1, which leaves the map its size
 * @param weight (C, 1, K, K)
 * @param bias (C)
 * @param gradWeight added to
 * @param gradBias added to
 */
record BlockConv(Window window, Tensor weight, Tensor bias, Tensor gradWeight, Tensor gradBias) {
    static BlockConv of(BlockPlan layers, BlockTensors weights, BlockTensors gradients) {
        return new BlockConv(
                layers.depthwise().window(),
                weights.dwconv(),
                weights.dwconvBias(),
                gradients.dwconv(),
                gradients.dwconvBias());
    }

    private boolean isPapers() {
        return window.kernel() == DepthwiseConv.KERNEL && window.dilation() == 1;
    }

    /** The filters of the forward pass, packed anew as the weights change. */
    DepthwiseConv.Filters pack(PassContext context) {
        return isPapers()
                ? context.kernels().depthwiseConv().pack(context.arena(), weight, bias)
                : context.kernels()
                        .families()
                        .dilatedDepthwiseConv()
                        .pack(context.arena(), window.dilation(), weight, bias);
    }

    /** The filters from the gradient of the output to that of the input. */
    DepthwiseConv.Filters packInput(PassContext context) {
        return isPapers()
                ? context.gradients().depthwiseConv().packInput(context.arena(), weight)
                : context.gradients().dilatedDepthwiseConv().packInput(context.arena(), window.dilation(), weight);
    }

    long scratchFloats(PassContext context, int width) {
        return isPapers()
                ? context.gradients().depthwiseConv().scratchFloats(width)
                : context.gradients().dilatedDepthwiseConv().scratchFloats(window.kernel(), window.dilation(), width);
    }

    /** Adds the gradients of the weights of channels from {@code from} to {@code end} to theirs. */
    void addGradients(PassContext context, BatchMap x, BatchMap gradY, int from, int end, MemorySegment scratch) {
        if (isPapers()) {
            context.gradients()
                    .depthwiseConv()
                    .weightGradient(
                            x.n(),
                            x.height(),
                            x.width(),
                            x.channels(),
                            from,
                            end,
                            x.data(),
                            0,
                            gradY.data(),
                            0,
                            true,
                            gradWeight.data(),
                            0,
                            gradBias.data(),
                            0,
                            scratch,
                            0);
            return;
        }
        context.gradients()
                .dilatedDepthwiseConv()
                .weightGradient(
                        window.kernel(),
                        window.dilation(),
                        x.n(),
                        x.height(),
                        x.width(),
                        x.channels(),
                        from,
                        end,
                        x.data(),
                        0,
                        gradY.data(),
                        0,
                        true,
                        gradWeight.data(),
                        0,
                        gradBias.data(),
                        0,
                        scratch,
                        0);
    }

    /** One row of the output, counted over all pictures, by some filters. */
    static void row(DepthwiseConv.Filters filters, BatchMap x, int row, BatchMap y) {
        int image = row / x.height();
        int y0 = row - image * x.height();
        filters.forward(
                x.data(),
                x.imageBytes(image),
                x.height(),
                x.width(),
                y0,
                y0 + 1,
                y.data(),
                y.pixelBytes(row * x.width()));
    }
}
