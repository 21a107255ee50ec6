package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.RoadmapKernels;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.MapShape;
import org.jspecify.annotations.Nullable;

/** A convolution with its filters packed, by the kernel for dense ones or that for depthwise ones. */
final class Convolution implements ForwardLayer {
    /** Some rows of the output, counted through all pictures. */
    private interface Kernel {
        void forward(BatchMap x, int rowBegin, int rowEnd, MemorySegment scratch, BatchMap y);
    }

    /** Floats of scratch memory for a map. */
    private interface Scratch {
        long floats(MapShape in);
    }

    private final ConvLayer layer;
    private final Kernel kernel;
    private final Scratch scratch;

    private Convolution(ConvLayer layer, Kernel kernel, Scratch scratch) {
        this.layer = layer;
        this.kernel = kernel;
        this.scratch = scratch;
    }

    /**
     * Packs the filters.
     *
     * @param arena how long they live
     * @param weight (N, C / G, K, K)
     * @param bias (N), or none
     */
    static Convolution of(RoadmapKernels kernels, Arena arena, ConvLayer layer, Tensor weight, @Nullable Tensor bias) {
        return layer.isDepthwise()
                ? depthwise(
                        layer, kernels.depthwiseConv().pack(arena, layer.shape().stride(), weight, bias))
                : dense(layer, kernels.conv().pack(arena, layer.shape(), weight, bias));
    }

    private static Convolution dense(ConvLayer layer, Conv.Filters filters) {
        return new Convolution(
                layer,
                (x, begin, end, scratch, y) ->
                        filters.forward(x.data(), 0, x.height(), x.width(), begin, end, scratch, 0, y.data(), 0),
                in -> filters.scratchFloats(in.height(), in.width()));
    }

    private static Convolution depthwise(ConvLayer layer, StridedDepthwiseConv.Filters filters) {
        return new Convolution(
                layer,
                (x, begin, end, scratch, y) ->
                        filters.forward(x.data(), 0, x.height(), x.width(), begin, end, scratch, 0, y.data(), 0),
                in -> filters.scratchFloats(in.width()));
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap x) {
        BatchMap y = context.memory().take(x.n(), layer.output(x.shape()));
        List<MemorySegment> pieces = context.scratch(scratch.floats(x.shape()));
        context.rows(y.rows(), y.width(), (begin, end, member) -> kernel.forward(x, begin, end, pieces.get(member), y));
        return y;
    }
}
