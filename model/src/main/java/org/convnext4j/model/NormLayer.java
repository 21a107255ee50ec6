package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.jspecify.annotations.Nullable;

/** A norm over the channels of pixels that lie one after the other. */
final class NormLayer {
    private final ChannelNorm kernel;
    private final float epsilon;
    private final int channels;
    private final @Nullable MemorySegment weight;
    private final MemorySegment bias;

    private NormLayer(
            ChannelNorm kernel, double epsilon, int channels, @Nullable MemorySegment weight, MemorySegment bias) {
        this.kernel = kernel;
        this.epsilon = (float) epsilon;
        this.channels = channels;
        this.weight = weight;
        this.bias = bias;
    }

    /** A norm whose weight and bias are folded into the layer after it. */
    static NormLayer bare(KernelSet kernels, NormKind kind, double epsilon, int channels) {
        return new NormLayer(kernels.norm(kind), epsilon, channels, null, MemorySegment.NULL);
    }

    /** A norm with copies of its weight and bias, (C), that outlive the checkpoint. */
    static NormLayer of(KernelSet kernels, Arena arena, NormKind kind, double epsilon, Tensor weight, Tensor bias) {
        return new NormLayer(
                kernels.norm(kind),
                epsilon,
                weight.dim(0),
                copy(arena, weight, weight.dim(0)),
                copy(arena, bias, weight.dim(0)));
    }

    /** Zeros if there is no tensor. */
    private static MemorySegment copy(Arena arena, Tensor tensor, int channels) {
        MemorySegment copy = arena.allocate((long) channels * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        return ConvNeXtWeights.isNone(tensor) ? copy : copy.copyFrom(tensor.data());
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
}
