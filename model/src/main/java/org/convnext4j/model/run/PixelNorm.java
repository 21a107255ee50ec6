package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/** A norm over the channels of pixels that lie one after the other; a step where it stands alone. */
final class PixelNorm implements Step {
    private final ChannelNorm kernel;
    private final float epsilon;
    private final int channels;
    private final @Nullable MemorySegment weight;
    private final MemorySegment bias;

    private PixelNorm(KernelSet kernels, NormLayer layer, @Nullable MemorySegment weight, MemorySegment bias) {
        this.kernel = kernels.norm(layer.kind().kernel());
        this.epsilon = (float) layer.epsilon();
        this.channels = layer.channels();
        this.weight = weight;
        this.bias = bias;
    }

    /** A norm whose weight and bias are folded into the layer after it. */
    static PixelNorm bare(KernelSet kernels, NormLayer layer) {
        return new PixelNorm(kernels, layer, null, MemorySegment.NULL);
    }

    /** A norm with copies of its weight and bias that outlive the source of the weights. */
    static PixelNorm of(KernelSet kernels, Arena arena, NormLayer layer, TensorSource weights) {
        Affine own = Affine.of(layer, weights);
        Tensor bias = own.bias();
        return new PixelNorm(
                kernels,
                layer,
                Affine.copy(arena, own.weight()),
                bias == null ? Tensor.allocate(arena, layer.channels()).data() : Affine.copy(arena, bias));
    }

    /** The weight, (C): a view. Not of a bare norm. */
    Tensor weight() {
        return view(Objects.requireNonNull(weight, "a bare norm has no weight"));
    }

    /** The bias, (C): a view. Zeros where the norm has none. */
    Tensor bias() {
        return view(bias);
    }

    private Tensor view(MemorySegment values) {
        return new Tensor(Shape.of(channels), values);
    }

    /**
     * Norms some pixels.
     *
     * @param x (pixels, C)
     * @param y (pixels, C); may be {@code x} at the same offset
     */
    void forward(int pixels, MemorySegment x, long xBytes, MemorySegment y, long yBytes) {
        if (weight == null) {
            kernel.normalize(pixels, channels, epsilon, x, xBytes, channels, y, yBytes, channels);
        } else {
            kernel.forward(pixels, channels, epsilon, weight, bias, x, xBytes, channels, y, yBytes, channels);
        }
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        pass.team().run(x.rows(), (row, member) -> {
            long at = x.rowBytes(row);
            forward(x.width(), x.data(), at, y.data(), at);
        });
    }
}
