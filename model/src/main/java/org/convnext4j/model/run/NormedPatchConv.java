package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;

/**
 * The paper's downsampling between two stages, {@code conv2x2(norm(x))} (section 2.6: the norm comes first), with patches of
 * any size and the norm's affine part folded into the convolution.
 */
final class NormedPatchConv implements Step {
    /** The most output pixels of a tile. */
    private static final int TILE_PIXELS = 98;

    private final int patch;
    private final int inChannels;
    private final PixelNorm norm;
    private final PatchConv.Filters conv;

    NormedPatchConv(KernelSet kernels, Arena arena, NormLayer norm, ConvLayer conv, TensorSource weights) {
        this.patch = conv.window().kernel();
        this.inChannels = conv.inputs();
        this.norm = PixelNorm.bare(kernels, norm);
        try (Arena folding = Arena.ofConfined()) {
            Affine layer = Folding.afterNorm(folding, Affine.of(conv, weights), Affine.of(norm, weights));
            this.conv = kernels.patchConv().pack(arena, layer.weight(), layer.biasOrZeros(folding));
        }
    }

    @Override
    public long scratchFloats(int n, MapShape in) {
        long rows = Tiling.maxRows(n * (in.height() / patch), in.width() / patch, TILE_PIXELS);
        return rows * ((long) patch * in.width() * inChannels + conv.scratchFloats(in.width()));
    }

    @Override
    public List<List<Layer>> phases(List<Layer> layers) {
        return layers.stream().map(List::of).toList();
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        Tiling tiling = Tiling.of(y.rows(), y.width(), TILE_PIXELS, pass.team().size());
        pass.team().run(tiling.tiles(), (index, member) -> {
            int row = tiling.rowBegin(index);
            forwardTile(pass, x, y, row, tiling.rowEnd(index) - row, member);
        });
    }

    private void forwardTile(Pass pass, FeatureMap x, FeatureMap y, int rowBegin, int rows, int member) {
        pass.start(member);
        MemorySegment scratch = pass.scratch()[member];
        int pixels = patch * x.width();
        long normalized = 0;
        for (int row = rowBegin; row < rowBegin + rows; row++) {
            // The last rows of the input may belong to no patch, so that the pictures' rows are not all a patch apart.
            int inputRow = row / y.height() * x.height() + row % y.height() * patch;
            norm.forward(pixels, x.data(), x.rowBytes(inputRow), scratch, normalized);
            normalized += x.rowBytes(patch);
        }
        pass.lap(member, 0);
        conv.forward(scratch, 0, x.width(), 0, rows, scratch, normalized, y.data(), y.rowBytes(rowBegin));
        pass.lap(member, 1);
    }
}
