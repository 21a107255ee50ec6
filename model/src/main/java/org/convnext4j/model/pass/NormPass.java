package org.convnext4j.model.pass;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A norm over the channels of each pixel. Its input is kept; its output is not needed on the way back. */
final class NormPass implements LayerPass {
    private final PixelNorm norm;
    private @Nullable BatchMap x;

    NormPass(PixelNorm norm) {
        this.norm = norm;
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        BatchMap y = context.memory().take(input.n(), input.shape());
        norm.forward(context, input, y);
        x = input;
        return y;
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        norm.backward(context, Objects.requireNonNull(x), gradY, gradY);
        return gradY;
    }
}
