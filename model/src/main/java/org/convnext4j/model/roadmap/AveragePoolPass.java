package org.convnext4j.model.roadmap;

import java.util.Objects;
import org.convnext4j.engine.kernel.gradient.GlobalAveragePoolGradient;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.jspecify.annotations.Nullable;

/** The mean over all pixels of each picture's map. */
final class AveragePoolPass implements LayerPass {
    private final GlobalPoolLayer layer;
    private @Nullable BatchMap x;

    AveragePoolPass(GlobalPoolLayer layer) {
        this.layer = layer;
    }

    @Override
    public BatchMap forward(LayerContext context, BatchMap input) {
        BatchMap y = context.memory().take(input.n(), layer.output(input.shape()));
        context.team()
                .run(
                        input.n(),
                        (image, member) -> context.kernels()
                                .globalAveragePool()
                                .forward(
                                        input.shape().pixels(),
                                        input.channels(),
                                        input.data(),
                                        input.imageBytes(image),
                                        y.data(),
                                        y.imageBytes(image)));
        x = input;
        return y;
    }

    @Override
    public BatchMap backward(LayerContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        BatchMap gradX = context.memory().take(input.n(), input.shape());
        context.team()
                .run(
                        input.n(),
                        (image, member) -> GlobalAveragePoolGradient.backward(
                                input.shape().pixels(),
                                input.channels(),
                                gradY.data(),
                                gradY.imageBytes(image),
                                gradX.data(),
                                gradX.imageBytes(image)));
        context.memory().give(gradY);
        return gradX;
    }
}
