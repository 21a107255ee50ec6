package org.convnext4j.model.pass;

import java.util.Objects;
import org.convnext4j.model.layers.MaxPoolLayer;
import org.jspecify.annotations.Nullable;

/** Max pooling; which pixel was the maximum is found again from input and output. */
final class MaxPoolPass implements LayerPass {
    private final MaxPoolLayer layer;
    private @Nullable BatchMap x;
    private @Nullable BatchMap y;

    MaxPoolPass(MaxPoolLayer layer) {
        this.layer = layer;
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        BatchMap output = context.memory().take(input.n(), layer.output(input.shape()));
        context.rows(
                output.rows(),
                output.width(),
                (begin, end, member) -> context.roadmap()
                        .maxPool()
                        .forward(
                                input.height(),
                                input.width(),
                                input.channels(),
                                begin,
                                end,
                                input.data(),
                                0,
                                output.data(),
                                0));
        x = input;
        y = output;
        return output;
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        BatchMap output = Objects.requireNonNull(y);
        BatchMap gradX = context.memory().take(input.n(), input.shape());
        context.rows(
                gradX.rows(),
                gradX.width(),
                (begin, end, member) -> context.roadmap()
                        .maxPoolGradient()
                        .backward(
                                input.height(),
                                input.width(),
                                input.channels(),
                                begin,
                                end,
                                input.data(),
                                0,
                                output.data(),
                                0,
                                gradY.data(),
                                0,
                                gradX.data(),
                                0));
        context.memory().give(gradY);
        return gradX;
    }
}
