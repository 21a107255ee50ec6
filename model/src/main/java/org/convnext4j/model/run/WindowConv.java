package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.kernel.Windows;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of one group whose windows may overlap and be dilated, with an activation or a norm after it: each window is
 * gathered into a row, and a matrix product does the rest.
 */
final class WindowConv implements Step {
    /** The most output pixels of a tile. */
    private static final int TILE_PIXELS = 112;

    private final ConvLayer layer;
    private final Windows windows;
    private final Gemm.Linear linear;
    private final @Nullable Activation activation;
    private final @Nullable PixelNorm norm;

    /**
     * Packs the weights.
     *
     * @param activation after the convolution, if any
     * @param norm after that, if any
     */
    WindowConv(
            KernelSet kernels,
            Arena arena,
            ConvLayer layer,
            @Nullable ActivationLayer activation,
            @Nullable NormLayer norm,
            TensorSource weights) {
        this.layer = layer;
        this.windows = new Windows(
                layer.window().kernel(),
                layer.window().stride(),
                layer.window().dilation(),
                layer.window().before());
        this.activation =
                activation == null ? null : kernels.activation(activation.kind().kernel());
        this.norm = norm == null ? null : PixelNorm.of(kernels, arena, norm, weights);
        Affine own = Affine.of(layer, weights);
        try (Arena packing = Arena.ofConfined()) {
            this.linear = kernels.gemm().pack(arena, channelsLast(packing, own.weight()), own.biasOrZeros(packing));
        }
    }

    /** (N, C, K, K) to (N, K K C), the order in which a window is gathered. */
    private static Tensor channelsLast(Arena arena, Tensor weight) {
        int outputs = weight.dim(0);
        int channels = weight.dim(1);
        int taps = weight.dim(2) * weight.dim(3);
        Tensor rows = Tensor.allocate(arena, outputs, taps * channels);
        for (long i = 0; i < weight.elements(); i++) {
            long output = i / ((long) channels * taps);
            long channel = i / taps % channels;
            rows.set((output * taps + i % taps) * channels + channel, weight.get(i));
        }
        return rows;
    }

    @Override
    public long scratchFloats(int n, MapShape in) {
        MapShape out = layer.output(in);
        return (long) Tiling.maxRows(n * out.height(), out.width(), TILE_PIXELS) * out.width() * linear.inputs();
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        Tiling tiling = Tiling.of(y.rows(), y.width(), TILE_PIXELS, pass.team().size());
        pass.team().run(tiling.tiles(), (index, member) -> {
            int row = tiling.rowBegin(index);
            forwardTile(x, y, row, tiling.rowEnd(index), pass.scratch()[member]);
        });
    }

    private void forwardTile(FeatureMap x, FeatureMap y, int rowBegin, int rowEnd, MemorySegment scratch) {
        int row = rowBegin;
        long gathered = 0;
        while (row < rowEnd) {
            int image = row / y.height();
            int first = image * y.height();
            int until = Math.min(rowEnd, first + y.height());
            windows.gather(
                    x.channels(),
                    x.data(),
                    x.imageBytes(image),
                    x.height(),
                    x.width(),
                    y.width(),
                    row - first,
                    until - first,
                    scratch,
                    gathered);
            gathered += (long) (until - row) * y.width() * linear.inputs() * Float.BYTES;
            row = until;
        }
        int pixels = (rowEnd - rowBegin) * y.width();
        int channels = y.channels();
        long to = y.rowBytes(rowBegin);
        linear.forward(
                pixels, scratch, 0, linear.inputs(), 0, channels, Epilogue.NONE, y.data(), y.data(), to, channels);
        if (activation != null) {
            activation.forward(pixels, channels, y.data(), to, channels, y.data(), to, channels);
        }
        if (norm != null) {
            norm.forward(pixels, y.data(), to, y.data(), to);
        }
    }
}
