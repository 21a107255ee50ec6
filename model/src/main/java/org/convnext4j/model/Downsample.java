package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.model.weights.DownsampleWeights;

/** Between two stages: {@code conv2x2(norm(x))}, stride 2 (paper, section 2.6: the norm comes first). */
final class Downsample {
    /** Side and stride of the convolution. */
    static final int PATCH = 2;

    /** The most output pixels of a tile. */
    private static final int TILE_PIXELS = 98;

    private final int inChannels;
    private final float epsilon;
    private final PatchConv.Filters conv;

    Downsample(KernelSet kernels, Arena arena, DownsampleWeights weights, double epsilon) {
        this.inChannels = weights.conv().dim(1);
        this.epsilon = (float) epsilon;
        try (Arena folding = Arena.ofConfined()) {
            Folding.Layer layer =
                    Folding.afterNorm(folding, weights.conv(), weights.convBias(), weights.norm(), weights.normBias());
            this.conv = kernels.patchConv().pack(arena, layer.weight(), layer.bias());
        }
    }

    /** Floats of scratch that each member of the team needs, for input maps of this size. */
    long scratchFloats(int n, int height, int width) {
        long rows = Tiling.maxRows(n * (height / PATCH), width / PATCH, TILE_PIXELS);
        return rows * ((long) PATCH * width * inChannels + conv.scratchFloats(width));
    }

    /** Runs the layer from {@code x} to {@code y}, (N, H / 2, W / 2, C). */
    void forward(Pass pass, FeatureMap x, FeatureMap y) {
        Tiling tiling = Tiling.of(y.rows(), y.width(), TILE_PIXELS, pass.team().size());
        pass.team().run(tiling.tiles(), (index, member) -> {
            int row = tiling.rowBegin(index);
            forwardTile(pass, x, y, row, tiling.rowEnd(index) - row, pass.scratch()[member]);
        });
    }

    private void forwardTile(Pass pass, FeatureMap x, FeatureMap y, int rowBegin, int rows, MemorySegment scratch) {
        int pixels = PATCH * x.width();
        long normalized = 0;
        for (int row = rowBegin; row < rowBegin + rows; row++) {
            // An odd last row of the input belongs to no patch, so that the pictures' rows are not all PATCH apart.
            int inputRow = row / y.height() * x.height() + row % y.height() * PATCH;
            pass.kernels()
                    .layerNorm()
                    .normalize(
                            pixels,
                            inChannels,
                            epsilon,
                            x.data(),
                            x.rowBytes(inputRow),
                            inChannels,
                            scratch,
                            normalized,
                            inChannels);
            normalized += x.rowBytes(PATCH);
        }
        conv.forward(scratch, 0, x.width(), 0, rows, scratch, normalized, y.data(), y.rowBytes(rowBegin));
    }
}
