package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * The block of the first calls: it needs no preparation, since the pointwise convolutions, which are nearly all of the
 * weights, are computed where the weights lie. These must outlive it.
 */
final class PlainBlock implements Step {
    private final int channels;
    private final int hidden;
    private final Expansion expansion;
    private final Gemm.Linear pwconv2;
    private final float @Nullable [] gamma;
    private final BlockTiling tiling;

    PlainBlock(FirstCallKernels kernels, Arena arena, BlockPlan layers, TensorSource weights) {
        this.channels = layers.channels();
        this.hidden = layers.hidden();
        this.expansion = Expansion.plain(kernels, arena, layers, weights);
        this.pwconv2 = Expansion.linear(kernels, arena, Affine.of(layers.project(), weights));
        this.tiling = BlockTiling.of(expansion.pwconv1(), pwconv2);
        Tensor scale = Folding.scale(layers, weights);
        this.gamma = scale == null ? null : scale.toArray();
    }

    @Override
    public long scratchFloats(int n, MapShape in) {
        return (long) tiling.tilePixels(n * in.height(), in.width()) * (channels + hidden);
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        Tiling tiles = tiling.tiles(x.rows(), x.width(), pass.team().size());
        pass.team().run(tiles.tiles(), (index, member) -> {
            int row = tiles.rowBegin(index);
            forwardTile(pass, member, x, y, row, tiles.rowEnd(index) - row);
        });
    }

    private void forwardTile(Pass pass, int member, FeatureMap x, FeatureMap y, int row, int rows) {
        MemorySegment scratch = pass.scratch()[member];
        int pixels = rows * x.width();
        long hiddenBytes = (long) pixels * channels * Float.BYTES;
        expansion.normed(pass, member, x, row, rows, scratch, 0);
        expansion.hidden(pixels, scratch, 0, 0, hidden, scratch, hiddenBytes, hidden);
        pwconv2.forward(
                pixels, scratch, hiddenBytes, hidden, 0, channels, Epilogue.NONE, scratch, scratch, 0, channels);
        addScaled(x, row, rows, scratch, y.data());
    }

    /**
     * {@code y = x + gamma * branch} for a tile. On arrays, which are fast long before loops over segments are: in a first
     * call of Tiny those took 0.2 s for it (Zen 3).
     */
    private void addScaled(FeatureMap x, int row, int rows, MemorySegment branch, MemorySegment y) {
        int floats = x.width() * channels;
        float[] sum = new float[floats];
        float[] add = new float[floats];
        for (int r = 0; r < rows; r++) {
            long at = x.rowBytes(row + r);
            MemorySegment.copy(x.data(), Tensor.FLOAT, at, sum, 0, floats);
            MemorySegment.copy(branch, Tensor.FLOAT, x.rowBytes(r), add, 0, floats);
            for (int from = 0; from < floats; from += channels) {
                addScaled(sum, add, from);
            }
            MemorySegment.copy(sum, 0, y, Tensor.FLOAT, at, floats);
        }
    }

    private void addScaled(float[] sum, float[] add, int from) {
        float[] scale = gamma;
        for (int c = 0; c < channels; c++) {
            sum[from + c] += scale == null ? add[from + c] : scale[c] * add[from + c];
        }
    }
}
