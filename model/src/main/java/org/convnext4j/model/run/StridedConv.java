package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.MapShape;
import org.jspecify.annotations.Nullable;

/** A convolution with stride or groups, as ResNets have them, with an activation behind it. */
final class StridedConv implements Step {
    private final StridedFilters filters;
    private final @Nullable Elementwise activation;

    private StridedConv(StridedFilters filters, @Nullable Elementwise activation) {
        this.filters = filters;
        this.activation = activation;
    }

    /**
     * Packs the weights.
     *
     * @param layer with windows that {@link ConvLayer#isStrided} accepts
     * @param weights (N, C / G, K, K) and (N) or none
     * @param activation behind the convolution, if any
     */
    static StridedConv of(
            Engine engine, Arena arena, ConvLayer layer, Affine weights, @Nullable Elementwise activation) {
        return new StridedConv(
                StridedFilters.of(engine.roadmapKernels(), arena, layer, weights.weight(), weights.bias()), activation);
    }

    @Override
    public long scratchFloats(int n, MapShape in) {
        return filters.scratchFloats(in);
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        pass.rows(y, (row, count, member) -> {
            filters.forward(x.data(), x.shape(), row, row + count, pass.scratch()[member], y.data());
            if (activation != null) {
                long at = y.rowBytes(row);
                activation.forward(count * y.width(), y.channels(), y.data(), at, y.data(), at);
            }
        });
    }
}
