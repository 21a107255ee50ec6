package org.convnext4j.model.pass;

import java.util.Objects;
import org.convnext4j.engine.kernel.ActivationKind;
import org.jspecify.annotations.Nullable;

/** A smooth activation, whose input is kept for the way back. */
final class ActivationPass implements LayerPass {
    private final ActivationKind kind;
    private @Nullable BatchMap x;

    ActivationPass(ActivationKind kind) {
        this.kind = kind;
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        BatchMap y = context.memory().take(input.n(), input.shape());
        int c = input.channels();
        context.tiles(input.pixels(), (begin, end, member) -> {
            long at = input.pixelBytes(begin);
            context.kernels().activation(kind).forward(end - begin, c, input.data(), at, c, y.data(), at, c);
        });
        x = input;
        return y;
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        int c = input.channels();
        context.tiles(input.pixels(), (begin, end, member) -> {
            long at = input.pixelBytes(begin);
            context.gradients()
                    .activation(kind)
                    .backward(end - begin, c, input.data(), at, c, gradY.data(), at, c, gradY.data(), at, c);
        });
        return gradY;
    }
}
