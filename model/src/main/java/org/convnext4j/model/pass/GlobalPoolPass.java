package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.kernel.gradient.GlobalAveragePoolGradient;
import org.convnext4j.engine.kernel.gradient.GlobalMaxPoolGradient;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.run.GlobalPool;
import org.jspecify.annotations.Nullable;

/** One vector of each picture's map. */
final class GlobalPoolPass implements LayerPass {
    private final GlobalPoolLayer layer;
    private @Nullable BatchMap x;

    GlobalPoolPass(GlobalPoolLayer layer) {
        this.layer = layer;
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        BatchMap y = context.memory().take(input.n(), layer.output(input.shape()));
        context.team()
                .run(
                        input.n(),
                        (image, member) -> GlobalPool.forward(
                                layer.kind(),
                                context.kernels().globalAveragePool(),
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
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        BatchMap gradX = context.memory().take(input.n(), input.shape());
        context.team().run(input.n(), (image, member) -> backward(input, gradY, image, gradX));
        context.memory().give(gradY);
        return gradX;
    }

    private void backward(BatchMap input, BatchMap gradY, int image, BatchMap gradX) {
        int pixels = input.shape().pixels();
        int c = input.channels();
        MemorySegment grad = gradY.data();
        long from = gradY.imageBytes(image);
        long at = gradX.imageBytes(image);
        switch (layer.kind()) {
            case AVERAGE -> GlobalAveragePoolGradient.backward(pixels, c, grad, from, gradX.data(), at);
            case MAX -> GlobalMaxPoolGradient.backward(pixels, c, input.data(), at, grad, from, gradX.data(), at);
            case AVERAGE_MAX ->
                GlobalMaxPoolGradient.meanAndMaxBackward(pixels, c, input.data(), at, grad, from, gradX.data(), at);
        }
    }
}
