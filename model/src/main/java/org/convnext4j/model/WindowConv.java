package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.kernel.Windows;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution whose windows may overlap, with an activation or a norm after it: each window is gathered into a row, and a
 * matrix product does the rest.
 */
final class WindowConv {
    /** The most output pixels of a tile. */
    private static final int TILE_PIXELS = 112;

    private final Windows windows;
    private final Gemm.Linear linear;
    private final @Nullable Activation activation;
    private final @Nullable NormLayer norm;

    /**
     * Packs the weights.
     *
     * @param weight (N, C, K, K)
     * @param bias (N)
     * @param activation after the convolution, if any
     * @param norm after that, if any
     */
    WindowConv(
            KernelSet kernels,
            Arena arena,
            Windows windows,
            Tensor weight,
            Tensor bias,
            @Nullable Activation activation,
            @Nullable NormLayer norm) {
        this.windows = windows;
        this.activation = activation;
        this.norm = norm;
        try (Arena packing = Arena.ofConfined()) {
            this.linear = kernels.gemm().pack(arena, channelsLast(packing, weight), bias);
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

    /** Floats of scratch that each member of the team needs, for output maps of this size. */
    long scratchFloats(int n, int height, int width) {
        return (long) Tiling.maxRows(n * height, width, TILE_PIXELS) * width * linear.inputs();
    }

    /** Runs the layer from {@code x} to {@code y}, whose size says how many windows there are. */
    void forward(Pass pass, FeatureMap x, FeatureMap y) {
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
