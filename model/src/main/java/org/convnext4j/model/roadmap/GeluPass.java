package org.convnext4j.model.roadmap;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** GELU, whose input is kept for the way back. */
final class GeluPass implements LayerPass {
    private @Nullable BatchMap x;

    @Override
    public BatchMap forward(LayerContext context, BatchMap input) {
        BatchMap y = context.memory().take(input.n(), input.shape());
        int c = input.channels();
        context.tiles(input.pixels(), (begin, end, member) -> {
            long at = input.pixelBytes(begin);
            context.kernels().gelu().forward(end - begin, c, input.data(), at, c, y.data(), at, c);
        });
        x = input;
        return y;
    }

    @Override
    public BatchMap backward(LayerContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        int c = input.channels();
        context.tiles(input.pixels(), (begin, end, member) -> {
            long at = input.pixelBytes(begin);
            context.gradients()
                    .gelu()
                    .backward(end - begin, c, input.data(), at, c, gradY.data(), at, c, gradY.data(), at, c);
        });
        return gradY;
    }
}
