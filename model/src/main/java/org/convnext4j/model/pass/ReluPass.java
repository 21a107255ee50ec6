package org.convnext4j.model.pass;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** ReLU, in the memory of its input: no layer before one needs its own output. */
final class ReluPass implements LayerPass {
    private @Nullable BatchMap y;

    @Override
    public BatchMap forward(PassContext context, BatchMap x) {
        int c = x.channels();
        context.tiles(x.pixels(), (begin, end, member) -> {
            long at = x.pixelBytes(begin);
            context.roadmap().relu().forward(end - begin, c, x.data(), at, c, x.data(), at, c);
        });
        y = x;
        return x;
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        backward(context, Objects.requireNonNull(y), gradY);
        return gradY;
    }

    /** Sets gradients to 0 where the output y is. */
    static void backward(PassContext context, BatchMap y, BatchMap grad) {
        int c = y.channels();
        context.tiles(y.pixels(), (begin, end, member) -> {
            long at = y.pixelBytes(begin);
            context.roadmap()
                    .reluGradient()
                    .backward(end - begin, c, y.data(), at, c, grad.data(), at, c, grad.data(), at, c);
        });
    }
}
