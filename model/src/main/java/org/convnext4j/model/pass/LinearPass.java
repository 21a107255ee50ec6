package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/** A linear layer as the head has it: products with the weights as they lie, since packing them would cost more. */
final class LinearPass implements LayerPass {
    private final int inputs;
    private final int outputs;
    private final Tensor weight;
    private final Tensor bias;
    private final Tensor gradWeight;
    private final Tensor gradBias;
    private @Nullable BatchMap x;

    /**
     * Of a layer.
     *
     * @param gradients added to
     */
    LinearPass(LinearLayer layer, TensorSource weights, TensorSource gradients) {
        this.inputs = layer.inputs();
        this.outputs = layer.outputs();
        this.weight = weights.tensor(layer.weight());
        this.bias = weights.tensor(layer.bias());
        this.gradWeight = gradients.tensor(layer.weight());
        this.gradBias = gradients.tensor(layer.bias());
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        BatchMap y = context.memory().take(input.n(), new MapShape(input.height(), input.width(), outputs));
        List<MemorySegment> scratch =
                context.scratch(context.product().scratchFloats(PassContext.TILE_PIXELS, outputs, inputs));
        context.tiles(input.pixels(), (begin, end, member) -> {
            int rows = end - begin;
            Matrices.repeat(rows, outputs, bias.data(), y.data(), y.pixelBytes(begin));
            context.product()
                    .multiply(
                            rows,
                            outputs,
                            inputs,
                            input.data(),
                            input.pixelBytes(begin),
                            inputs,
                            false,
                            weight.data(),
                            0,
                            inputs,
                            true,
                            true,
                            y.data(),
                            y.pixelBytes(begin),
                            outputs,
                            scratch.get(member),
                            0);
        });
        x = input;
        return y;
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        addWeightGradients(context, input, gradY);
        BatchMap gradX = context.memory().take(input.n(), input.shape());
        List<MemorySegment> scratch =
                context.scratch(context.product().scratchFloats(PassContext.TILE_PIXELS, inputs, outputs));
        context.tiles(
                input.pixels(),
                (begin, end, member) -> context.product()
                        .multiply(
                                end - begin,
                                inputs,
                                outputs,
                                gradY.data(),
                                gradY.pixelBytes(begin),
                                outputs,
                                false,
                                weight.data(),
                                0,
                                inputs,
                                false,
                                false,
                                gradX.data(),
                                gradX.pixelBytes(begin),
                                inputs,
                                scratch.get(member),
                                0));
        context.memory().give(gradY);
        return gradX;
    }

    private void addWeightGradients(PassContext context, BatchMap input, BatchMap gradY) {
        int pixels = input.pixels();
        MatrixProduct product = context.product();
        List<MemorySegment> scratch = context.scratch(product.scratchFloats(context.chunk(outputs), inputs, pixels));
        context.columns(outputs, (begin, end, member) -> {
            product.multiply(
                    end - begin,
                    inputs,
                    pixels,
                    gradY.data(),
                    (long) begin * Float.BYTES,
                    outputs,
                    true,
                    input.data(),
                    0,
                    inputs,
                    false,
                    true,
                    gradWeight.data(),
                    (long) begin * inputs * Float.BYTES,
                    inputs,
                    scratch.get(member),
                    0);
            context.gradients()
                    .columnSums()
                    .sum(pixels, begin, end, true, gradY.data(), 0, outputs, gradBias.data(), 0);
        });
    }
}
