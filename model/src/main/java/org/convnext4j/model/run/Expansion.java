package org.convnext4j.model.run;

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
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * The first half of a block, from C channels to the hidden ones, 4C in all published networks: {@code act(pwconv1(norm(dwconv(x))))}, in two steps, for
 * the first needs pixels around its own and the second does not.
 */
final class Expansion {
    private final DepthwiseConv.Filters dwconv;
    private final PixelNorm norm;
    private final Gemm.Linear pwconv1;

    /** What the matrix product does not compute on its way out. */
    private final @Nullable Activation activation;

    private Expansion(
            DepthwiseConv.Filters dwconv, PixelNorm norm, Gemm.Linear pwconv1, @Nullable Activation activation) {
        this.dwconv = dwconv;
        this.norm = norm;
        this.pwconv1 = pwconv1;
        this.activation = activation;
    }

    /** With weights that are packed, and the norm's affine part folded into pwconv1. */
    static Expansion folded(KernelSet kernels, Arena arena, BlockPlan layers, TensorSource weights) {
        Gemm.Linear pwconv1;
        try (Arena folding = Arena.ofConfined()) {
            Affine first =
                    Folding.afterNorm(folding, Affine.of(layers.expand(), weights), Affine.of(layers.norm(), weights));
            pwconv1 = kernels.gemm().pack(arena, first.weight(), first.biasOrZeros(folding));
        }
        return new Expansion(
                depthwise(kernels, arena, layers.depthwise(), weights),
                PixelNorm.bare(kernels, layers.norm()),
                pwconv1,
                separate(kernels, layers));
    }

    /** With pwconv1's weights where they lie, which must outlive it. */
    static Expansion plain(FirstCallKernels first, Arena arena, BlockPlan layers, TensorSource weights) {
        KernelSet kernels = first.kernels();
        return new Expansion(
                depthwise(kernels, arena, layers.depthwise(), weights),
                PixelNorm.of(kernels, arena, layers.norm(), weights),
                linear(first, arena, Affine.of(layers.expand(), weights)),
                separate(kernels, layers));
    }

    /** The depthwise convolution on the fastest kernel that does it. */
    private static DepthwiseConv.Filters depthwise(
            KernelSet kernels, Arena arena, ConvLayer layer, TensorSource weights) {
        Affine own = Affine.of(layer, weights);
        int dilation = layer.window().dilation();
        try (Arena packing = Arena.ofConfined()) {
            Tensor bias = own.biasOrZeros(packing);
            return layer.window().kernel() == DepthwiseConv.KERNEL && dilation == 1
                    ? kernels.depthwiseConv().pack(arena, own.weight(), bias)
                    : kernels.families().dilatedDepthwiseConv().pack(arena, dilation, own.weight(), bias);
        }
    }

    /** A layer where its weights lie if that is possible. */
    static Gemm.Linear linear(FirstCallKernels first, Arena arena, Affine layer) {
        Tensor weight = layer.weight();
        Tensor bias = layer.biasOrZeros(arena);
        // Whoever made the tensor may have placed it anywhere; OpenBLAS wants whole floats.
        boolean aligned = weight.data().address() % Float.BYTES == 0;
        return aligned ? first.gemm().view(weight, bias) : first.gemm().pack(arena, weight, bias);
    }

    private static @Nullable Activation separate(KernelSet kernels, BlockPlan layers) {
        ActivationKind kind = layers.activation().kind().kernel();
        return kind == ActivationKind.GELU ? null : kernels.activation(kind);
    }

    /** The layer to the hidden channels, for sharing out its outputs. */
    Gemm.Linear pwconv1() {
        return pwconv1;
    }

    /** {@code norm(dwconv(x))} of some rows of x, counted over all pictures, as (rows, W, C) from {@code toBytes} on. */
    void normed(Pass pass, int member, FeatureMap x, int row, int rows, MemorySegment to, long toBytes) {
        pass.start(member);
        x.depthwise(dwconv, row, rows, to, toBytes);
        pass.lap(member, BlockPhases.DWCONV);
        norm.forward(rows * x.width(), to, toBytes, to, toBytes);
        pass.lap(member, BlockPhases.NORM);
    }

    /**
     * {@code act(pwconv1(x))} for a range of hidden channels.
     *
     * @param x (pixels, C), normed
     * @param begin first output
     * @param end one past the last
     * @param hidden (pixels, hidden channels)
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
