package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.RoadmapKernels;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.MapShape;
import org.jspecify.annotations.Nullable;

/** A convolution with stride or groups, as ResNets have them, with an activation behind it. */
final class StridedConv implements Step {
    /** Some rows of the output, counted over all pictures. */
    private interface Rows {
        void forward(FeatureMap x, int begin, int end, MemorySegment scratch, MemorySegment y);
    }

    /** Floats of scratch memory for a map. */
    private interface Scratch {
        long floats(MapShape in);
    }

    private final Rows rows;
    private final Scratch scratch;
    private final @Nullable Elementwise activation;

    private StridedConv(Rows rows, Scratch scratch, @Nullable Elementwise activation) {
        this.rows = rows;
        this.scratch = scratch;
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
        RoadmapKernels kernels = engine.roadmapKernels();
        if (layer.isDepthwise()) {
            StridedDepthwiseConv.Filters filters =
                    kernels.depthwiseConv().pack(arena, layer.shape().stride(), weights.weight(), weights.bias());
            return new StridedConv(
                    (x, begin, end, scratch, y) ->
                            filters.forward(x.data(), 0, x.height(), x.width(), begin, end, scratch, 0, y, 0),
                    in -> filters.scratchFloats(in.width()),
                    activation);
        }
        Conv.Filters filters = kernels.conv().pack(arena, layer.shape(), weights.weight(), weights.bias());
        return new StridedConv(
                (x, begin, end, scratch, y) ->
                        filters.forward(x.data(), 0, x.height(), x.width(), begin, end, scratch, 0, y, 0),
                in -> filters.scratchFloats(in.height(), in.width()),
                activation);
    }

    @Override
    public long scratchFloats(int n, MapShape in) {
        return scratch.floats(in);
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        pass.rows(y, (row, count, member) -> {
            rows.forward(x, row, row + count, pass.scratch()[member], y.data());
            if (activation != null) {
                long at = y.rowBytes(row);
                activation.forward(count * y.width(), y.channels(), y.data(), at, y.data(), at);
            }
        });
    }
}
