package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * The paper's stem: {@code norm(conv4x4(picture))}, stride 4 (section 2.2). Patches may have any size, and there may be no
 * norm: the isotropic networks have patches of 16 alone.
 */
final class PicturePatches implements PictureStep {
    /** The most output pixels of a tile. */
    private static final int TILE_PIXELS = 224;

    private final int patch;
    private final int inChannels;
    private final PatchConv.Filters conv;
    private final @Nullable PixelNorm norm;

    PicturePatches(KernelSet kernels, Arena arena, ConvLayer conv, @Nullable NormLayer norm, TensorSource weights) {
        this.inChannels = conv.inputs();
        this.patch = conv.window().kernel();
        this.norm = norm == null ? null : PixelNorm.of(kernels, arena, norm, weights);
        Affine own = Affine.of(conv, weights);
        try (Arena packing = Arena.ofConfined()) {
            this.conv = kernels.patchConv().pack(arena, own.weight(), own.biasOrZeros(packing));
        }
    }

    @Override
    public long scratchFloats(int n, int height, int width) {
        int columns = width / patch;
        long rows = Tiling.maxRows(n * (height / patch), columns, TILE_PIXELS);
        return rows * ((long) patch * columns * patch * inChannels + conv.scratchFloats(width));
    }

    @Override
    public List<List<Layer>> phases(List<Layer> layers) {
        return layers.stream().map(List::of).toList();
    }

    @Override
    public void forward(Pass pass, Tensor picture, FeatureMap y) {
        Tiling tiling = Tiling.of(y.rows(), y.width(), TILE_PIXELS, pass.team().size());
        pass.team().run(tiling.tiles(), (index, member) -> {
            int row = tiling.rowBegin(index);
            forwardTile(pass, picture, y, row, tiling.rowEnd(index) - row, member);
        });
    }

    private void forwardTile(Pass pass, Tensor picture, FeatureMap y, int rowBegin, int rows, int member) {
        pass.start(member);
        MemorySegment scratch = pass.scratch()[member];
        int width = y.width() * patch;
        long gathered = 0;
        for (int row = rowBegin; row < rowBegin + rows; row++) {
            int image = row / y.height();
            gathered = channelsLast(picture, image, row % y.height() * patch, width, scratch, gathered);
        }
        MemorySegment out = y.data();
        long to = y.rowBytes(rowBegin);
        conv.forward(scratch, 0, width, 0, rows, scratch, gathered, out, to);
        pass.lap(member, 0);
        if (norm != null) {
            norm.forward(rows * y.width(), out, to, out, to);
            pass.lap(member, 1);
        }
    }

    /** P rows of one picture as (P, width, I) from {@code toBytes} on; returns where they end. */
    private long channelsLast(Tensor picture, int image, int row, int width, MemorySegment to, long toBytes) {
        int height = picture.dim(2);
        int pictureWidth = picture.dim(3);
        MemorySegment from = picture.data();
        for (int c = 0; c < inChannels; c++) {
            for (int r = 0; r < patch; r++) {
                long source = (((long) image * inChannels + c) * height + row + r) * pictureWidth;
                long target = toBytes / Float.BYTES + (long) r * width * inChannels + c;
                for (int x = 0; x < width; x++) {
                    to.setAtIndex(
                            Tensor.FLOAT, target + (long) x * inChannels, from.getAtIndex(Tensor.FLOAT, source + x));
                }
            }
        }
        return toBytes + (long) patch * width * inChannels * Float.BYTES;
    }
}
