package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.RoadmapKernels;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.run.StridedFilters;
import org.jspecify.annotations.Nullable;

/** A convolution with its filters packed, by the kernel for dense ones or that for depthwise ones. */
final class Convolution {
    private final ConvLayer layer;
    private final StridedFilters filters;

    private Convolution(ConvLayer layer, StridedFilters filters) {
        this.layer = layer;
        this.filters = filters;
    }

    /**
     * Packs the filters.
     *
     * @param arena how long they live
     * @param weight (N, C / G, K, K)
     * @param bias (N), or none
     */
    static Convolution of(RoadmapKernels kernels, Arena arena, ConvLayer layer, Tensor weight, @Nullable Tensor bias) {
        return new Convolution(layer, StridedFilters.of(kernels, arena, layer, weight, bias));
    }

    /** What comes out for a map, in memory of its own. */
    BatchMap forward(PassContext context, BatchMap x) {
        BatchMap y = context.memory().take(x.n(), layer.output(x.shape()));
        List<MemorySegment> pieces = context.scratch(filters.scratchFloats(x.shape()));
        context.rows(
                y.rows(),
                y.width(),
                (begin, end, member) -> filters.forward(x.data(), x.shape(), begin, end, pieces.get(member), y.data()));
        return y;
    }
}
