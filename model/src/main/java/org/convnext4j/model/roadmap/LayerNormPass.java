package org.convnext4j.model.roadmap;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/** LayerNorm in training. */
final class LayerNormPass implements LayerPass {
    private final LayerNormalisation norm;
    private final Tensor gradWeight;
    private final Tensor gradBias;
    private @Nullable BatchMap x;

    /**
     * Of a layer.
     *
     * @param gradients added to
     */
    LayerNormPass(NormLayer layer, TensorSource weights, TensorSource gradients) {
        this.norm = LayerNormalisation.of(layer, weights);
        this.gradWeight = gradients.tensor(layer.weight());
        this.gradBias = gradients.tensor(layer.bias());
    }

    @Override
    public BatchMap forward(LayerContext context, BatchMap input) {
        x = input;
        return norm.forward(context, input);
    }

    @Override
    public BatchMap backward(LayerContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        int c = input.channels();
        int count = LayerNormGradient.parts(input.pixels());
        MemorySegment parts = context.memory().take(2L * count * c);
        context.tiles(
                input.pixels(),
                (begin, end, member) -> context.gradients()
                        .layerNorm()
                        .backward(
                                begin,
                                end,
                                c,
                                norm.epsilon(),
                                norm.weight().data(),
                                0,
                                input.data(),
                                0,
                                c,
                                gradY.data(),
                                0,
                                c,
                                gradY.data(),
                                0,
                                c,
                                parts,
                                0));
        long biasBytes = (long) c * Float.BYTES;
        context.gradients().columnSums().sum(count, 0, c, true, parts, 0, 2 * c, gradWeight.data(), 0);
        context.gradients().columnSums().sum(count, 0, c, true, parts, biasBytes, 2 * c, gradBias.data(), 0);
        context.memory().give(parts);
        return gradY;
    }
}
