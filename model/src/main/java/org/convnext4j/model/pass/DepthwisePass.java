package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.model.layers.ConvLayer;
import org.jspecify.annotations.Nullable;

/** A depthwise convolution in training. */
final class DepthwisePass implements LayerPass {
    /** Channels of one part of the weight gradient: two of the widest vectors. */
    private static final int CHANNELS = 32;

    private final ConvLayer layer;
    private final ConvTensors weights;
    private final ConvTensors gradients;
    private @Nullable Convolution convolution;
    private StridedDepthwiseConvGradient.@Nullable InputFilters inputFilters;
    private @Nullable BatchMap x;

    /**
     * Of a layer.
     *
     * @param gradients added to
     */
    DepthwisePass(ConvLayer layer, ConvTensors weights, ConvTensors gradients) {
        this.layer = layer;
        this.weights = weights;
        this.gradients = gradients;
    }

    @Override
    public void prepare(PassContext context) {
        convolution = Convolution.of(context.roadmap(), context.arena(), layer, weights.weight(), weights.bias());
        inputFilters = context.roadmap()
                .depthwiseConvGradient()
                .packInput(context.arena(), layer.shape().stride(), weights.weight());
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        x = input;
        return Objects.requireNonNull(convolution).forward(context, input);
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        addWeightGradient(context, input, gradY);
        gradients.addBiasGradient(context, gradY);
        BatchMap gradX = context.memory().take(input.n(), input.shape());
        StridedDepthwiseConvGradient.InputFilters filters = Objects.requireNonNull(inputFilters);
        List<MemorySegment> scratch = context.scratch(filters.scratchFloats(input.width()));
        context.rows(
                gradX.rows(),
                gradX.width(),
                (begin, end, member) -> filters.inputGradient(
                        gradY.data(),
                        0,
                        gradX.height(),
                        gradX.width(),
                        begin,
                        end,
                        scratch.get(member),
                        0,
                        gradX.data(),
                        0));
        context.memory().give(gradY);
        return gradX;
    }

    private void addWeightGradient(PassContext context, BatchMap input, BatchMap gradY) {
        StridedDepthwiseConvGradient kernel = context.roadmap().depthwiseConvGradient();
        int size = layer.shape().kernel();
        int stride = layer.shape().stride();
        List<MemorySegment> scratch =
                context.scratch(kernel.scratchFloats(size, stride, input.width(), input.channels()));
        context.run(
                input.channels(),
                CHANNELS,
                (begin, end, member) -> kernel.weightGradient(
                        size,
                        stride,
                        input.n(),
                        input.height(),
                        input.width(),
                        input.channels(),
                        begin,
                        end,
                        input.data(),
                        0,
                        gradY.data(),
                        0,
                        true,
                        gradients.weight().data(),
                        0,
                        scratch.get(member),
                        0));
    }
}
