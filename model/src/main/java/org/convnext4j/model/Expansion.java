package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.BlockWeights;
import org.jspecify.annotations.Nullable;

/**
 * The first half of a block, from C channels to 4C hidden ones: {@code act(pwconv1(norm(dwconv(x))))}, in two steps, for
 * the first needs pixels around its own and the second does not.
 */
final class Expansion {
    private final DepthwiseConv.Filters dwconv;
    private final NormLayer norm;
    private final Gemm.Linear pwconv1;

    /** What the matrix product does not compute on its way out. */
    private final @Nullable Activation activation;

    private Expansion(
            DepthwiseConv.Filters dwconv, NormLayer norm, Gemm.Linear pwconv1, @Nullable Activation activation) {
        this.dwconv = dwconv;
        this.norm = norm;
        this.pwconv1 = pwconv1;
        this.activation = activation;
    }

    /** With weights that are packed, and the norm's affine part folded into pwconv1. */
    static Expansion folded(KernelSet kernels, Arena arena, BlockWeights weights, BlockDesign design) {
        Gemm.Linear pwconv1;
        try (Arena folding = Arena.ofConfined()) {
            Folding.Layer first = Folding.afterNorm(
                    folding, weights.pwconv1(), weights.pwconv1Bias(), weights.norm(), weights.normBias());
            pwconv1 = kernels.gemm().pack(arena, first.weight(), first.bias());
        }
        int channels = weights.dwconv().dim(0);
        return new Expansion(
                design.depthwise(kernels, arena, weights.dwconv(), weights.dwconvBias()),
                NormLayer.bare(kernels, design.norm(), design.epsilon(), channels),
                pwconv1,
                separate(kernels, design));
    }

    /** With pwconv1's weights where they lie, which must outlive it. */
    static Expansion plain(FirstCallKernels first, Arena arena, BlockWeights weights, BlockDesign design) {
        KernelSet kernels = first.kernels();
        return new Expansion(
                design.depthwise(kernels, arena, weights.dwconv(), weights.dwconvBias()),
                NormLayer.of(kernels, arena, design.norm(), design.epsilon(), weights.norm(), weights.normBias()),
                linear(first, arena, weights.pwconv1(), weights.pwconv1Bias()),
                separate(kernels, design));
    }

    /** A layer where its weights lie if that is possible. */
    static Gemm.Linear linear(FirstCallKernels first, Arena arena, Tensor weight, Tensor bias) {
        // Whoever made the tensor may have placed it anywhere; OpenBLAS wants whole floats.
        boolean aligned = weight.data().address() % Float.BYTES == 0;
        return aligned ? first.gemm().view(weight, bias) : first.gemm().pack(arena, weight, bias);
    }

    private static @Nullable Activation separate(KernelSet kernels, BlockDesign design) {
        return design.activation() == ActivationKind.GELU ? null : kernels.activation(design.activation());
    }

    /** The layer to the hidden channels, for sharing out its outputs. */
    Gemm.Linear pwconv1() {
        return pwconv1;
    }

    /** {@code norm(dwconv(x))} of some rows of x, counted over all pictures, as (rows, W, C) from {@code toBytes} on. */
    void normed(FeatureMap x, int row, int rows, MemorySegment to, long toBytes) {
        x.depthwise(dwconv, row, rows, to, toBytes);
        norm.forward(rows * x.width(), to, toBytes, to, toBytes);
    }

    /**
     * {@code act(pwconv1(x))} for a range of hidden channels.
     *
     * @param x (pixels, C), normed
     * @param begin first output
     * @param end one past the last
     * @param hidden (pixels, 4C)
     * @param hiddenBytes offset of pixel 0, output 0, whatever the range
     * @param stride floats from pixel to pixel of {@code hidden}
     */
    void hidden(
            int pixels,
            MemorySegment x,
            long xBytes,
            int begin,
            int end,
            MemorySegment hidden,
            long hiddenBytes,
            int stride) {
        int channels = pwconv1.inputs();
        if (activation == null) {
            pwconv1.forward(
                    pixels, x, xBytes, channels, begin, end, Epilogue.GELU, hidden, hidden, hiddenBytes, stride);
            return;
        }
        pwconv1.forward(pixels, x, xBytes, channels, begin, end, Epilogue.NONE, hidden, hidden, hiddenBytes, stride);
        long first = hiddenBytes + (long) begin * Float.BYTES;
        activation.forward(pixels, end - begin, hidden, first, stride, hidden, first, stride);
    }
}
