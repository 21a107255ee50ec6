package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Layer scale, with the kernels of BatchNorm: it is one whose mean is 0 and that adds nothing. */
final class LayerScalePass implements LayerPass {
    private final Tensor gamma;
    private final Tensor gradGamma;
    private @Nullable BatchMap x;

    /**
     * Of a layer.
     *
     * @param gradGamma added to
     */
    LayerScalePass(Tensor gamma, Tensor gradGamma) {
        this.gamma = gamma;
        this.gradGamma = gradGamma;
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        BatchMap y = context.memory().take(input.n(), input.shape());
        MemorySegment zeros = zeros(context, input.channels());
        BatchNormPass.affine(context, input, gamma.data(), zeros, false, y);
        context.memory().give(zeros);
        x = input;
        return y;
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        int c = gradY.channels();
        MemorySegment zeros = zeros(context, c);
        MemorySegment sums = context.memory().take(2L * c);
        BatchNormPass.sums(context, Objects.requireNonNull(x), zeros, gradY, sums);
        for (int i = 0; i < c; i++) {
            gradGamma.set(i, gradGamma.get(i) + sums.getAtIndex(Tensor.FLOAT, i));
        }
        BatchNormPass.affine(context, gradY, gamma.data(), zeros, false, gradY);
        context.memory().give(sums);
        context.memory().give(zeros);
        return gradY;
    }

    private static MemorySegment zeros(PassContext context, int channels) {
        MemorySegment zeros = context.memory().take(channels);
        zeros.fill((byte) 0);
        return zeros;
    }
}
