package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.DownsampleWeights;

/** The paper's: stride 2, with the norm's affine part folded into the convolution. */
final class Downsample implements Downsampling {
    /** Side and stride of the convolution. */
    static final int PATCH = 2;

    /** The most output pixels of a tile. */
    private static final int TILE_PIXELS = 98;

    private final int inChannels;
    private final NormLayer norm;
    private final PatchConv.Filters conv;

    Downsample(KernelSet kernels, Arena arena, DownsampleWeights weights, ConvNeXtConfig config) {
        this.inChannels = weights.conv().dim(1);
        this.norm = NormLayer.bare(kernels, config.design().norm(), config.layerNormEps(), inChannels);
        try (Arena folding = Arena.ofConfined()) {
            Folding.Layer layer =
                    Folding.afterNorm(folding, weights.conv(), weights.convBias(), weights.norm(), weights.normBias());
            this.conv = kernels.patchConv().pack(arena, layer.weight(), layer.bias());
        }
    }

    @Override
    public long scratchFloats(int n, int height, int width) {
        long rows = Tiling.maxRows(n * (height / PATCH), width / PATCH, TILE_PIXELS);
        return rows * ((long) PATCH * width * inChannels + conv.scratchFloats(width));
    }

    @Override
    public long sharedFloats(int n, int height, int width) {
        return 0;
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        Tiling tiling = Tiling.of(y.rows(), y.width(), TILE_PIXELS, pass.team().size());
        pass.team().run(tiling.tiles(), (index, member) -> {
            int row = tiling.rowBegin(index);
            forwardTile(x, y, row, tiling.rowEnd(index) - row, pass.scratch()[member]);
        });
    }

    private void forwardTile(FeatureMap x, FeatureMap y, int rowBegin, int rows, MemorySegment scratch) {
        int pixels = PATCH * x.width();
        long normalized = 0;
        for (int row = rowBegin; row < rowBegin + rows; row++) {
            // An odd last row of the input belongs to no patch, so that the pictures' rows are not all PATCH apart.
            int inputRow = row / y.height() * x.height() + row % y.height() * PATCH;
            norm.forward(pixels, x.data(), x.rowBytes(inputRow), scratch, normalized);
            normalized += x.rowBytes(PATCH);
        }
        conv.forward(scratch, 0, x.width(), 0, rows, scratch, normalized, y.data(), y.rowBytes(rowBegin));
    }
}
