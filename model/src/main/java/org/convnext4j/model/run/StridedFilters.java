package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.RoadmapKernels;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.MapShape;
import org.jspecify.annotations.Nullable;

/** The packed filters of a convolution with a stride and groups, in inference and in training. Immutable. */
public final class StridedFilters {
    /** Some rows of the output, counted over all pictures. */
    private interface Rows {
        void forward(MemorySegment x, MapShape in, int begin, int end, MemorySegment scratch, MemorySegment y);
    }

    /** Floats of scratch memory for a map. */
    private interface Scratch {
        long floats(MapShape in);
    }

    private final Rows rows;
    private final Scratch scratch;

    private StridedFilters(Rows rows, Scratch scratch) {
        this.rows = rows;
        this.scratch = scratch;
    }

    /**
     * Packs the filters.
     *
     * @param arena how long they live
     * @param layer with windows that {@link ConvLayer#isStrided} accepts
     * @param weight (N, C / G, K, K)
     * @param bias (N), or none
     */
    public static StridedFilters of(
            RoadmapKernels kernels, Arena arena, ConvLayer layer, Tensor weight, @Nullable Tensor bias) {
        if (layer.isDepthwise()) {
            StridedDepthwiseConv.Filters filters =
                    kernels.depthwiseConv().pack(arena, layer.shape().stride(), weight, bias);
            return new StridedFilters(
                    (x, in, begin, end, scratch, y) ->
                            filters.forward(x, 0, in.height(), in.width(), begin, end, scratch, 0, y, 0),
                    in -> filters.scratchFloats(in.width()));
        }
        Conv.Filters filters = kernels.conv().pack(arena, layer.shape(), weight, bias);
        return new StridedFilters(
                (x, in, begin, end, scratch, y) ->
                        filters.forward(x, 0, in.height(), in.width(), begin, end, scratch, 0, y, 0),
                in -> filters.scratchFloats(in.height(), in.width()));
    }

    /** Floats of scratch that each thread needs for maps of this shape. */
    public long scratchFloats(MapShape in) {
        return scratch.floats(in);
    }

    /**
     * Computes some rows of the output.
     *
     * @param x (N, H, W, C)
     * @param in H, W and C
     * @param begin first row of the output, counted over all pictures
     * @param end one past the last
     * @param scratch {@link #scratchFloats} floats
     * @param y the whole output, of which these rows are written
     */
    public void forward(MemorySegment x, MapShape in, int begin, int end, MemorySegment scratch, MemorySegment y) {
        rows.forward(x, in, begin, end, scratch, y);
    }
}
