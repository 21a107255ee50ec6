package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.model.layers.ConvLayer;
import org.jspecify.annotations.Nullable;

/** A dense convolution in training. The classifier is one too, of 1x1 on the one pixel that pooling leaves. */
final class ConvPass implements LayerPass {
    private final ConvLayer layer;
    private final ConvTensors weights;
    private final ConvTensors gradients;
    private final boolean first;
    private @Nullable Convolution convolution;
    private ConvGradient.@Nullable InputFilters inputFilters;
    private @Nullable BatchMap x;

    /**
     * Of a layer.
     *
     * @param gradients added to
     * @param first whether the layer sees the picture, whose gradient nobody needs: {@link #backward} gives back what it
     *     got then
     */
    ConvPass(ConvLayer layer, ConvTensors weights, ConvTensors gradients, boolean first) {
        this.layer = layer;
        this.weights = weights;
        this.gradients = gradients;
        this.first = first;
    }

    @Override
    public void prepare(PassContext context) {
        convolution = Convolution.of(context.roadmap(), context.arena(), layer, weights.weight(), weights.bias());
        inputFilters = first
                ? null
                : context.roadmap().convGradient().packInput(context.arena(), layer.shape(), weights.weight());
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
        ConvGradient.InputFilters filters = inputFilters;
        if (filters == null) {
            return gradY;
        }
        BatchMap gradX = context.memory().take(input.n(), input.shape());
        List<MemorySegment> scratch = context.scratch(filters.scratchFloats(input.height(), input.width()));
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
        ConvGradient kernel = context.roadmap().convGradient();
        ConvShape shape = layer.shape();
        List<MemorySegment> scratch =
                context.scratch(kernel.scratchFloats(shape, input.n(), input.height(), input.width()));
        context.team()
                .run(
                        kernel.parts(shape),
                        (part, member) -> kernel.weightGradient(
                                shape,
                                input.n(),
                                input.height(),
                                input.width(),
                                part,
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
