package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.TensorSource;

/**
 * The block of the fast path: the norm's affine part is folded into pwconv1 and gamma into pwconv2.
 *
 * <p>It runs tile by tile: the four layers of a tile of pixels follow each other while its hidden channels are still
 * in the caches. Where a map is too small to give every thread enough pixels (stage 3 of one picture has 49), the weights
 * weigh more than the pixels, and the threads share the layers' outputs instead, each reading its part of the weights once
 * ({@link BlockTiling}).
 */
final class FusedBlock implements Step {
    private final int channels;
    private final int hidden;
    private final Expansion expansion;
    private final Gemm.Linear pwconv2;
    private final BlockTiling tiling;
    private final List<List<Layer>> phases;

    FusedBlock(KernelSet kernels, Arena arena, BlockPlan layers, TensorSource weights) {
        this.channels = layers.channels();
        this.phases = BlockPhases.of(layers);
        this.hidden = layers.hidden();
        this.expansion = Expansion.folded(kernels, arena, layers, weights);
        this.pwconv2 = scaled(kernels, arena, layers, weights);
        this.tiling = BlockTiling.of(expansion.pwconv1(), pwconv2);
    }

    /** The second pointwise convolution with layer scale folded into it. */
    static Gemm.Linear scaled(KernelSet kernels, Arena arena, BlockPlan layers, TensorSource weights) {
        try (Arena folding = Arena.ofConfined()) {
            Affine second =
                    Folding.beforeScale(folding, Affine.of(layers.project(), weights), Folding.scale(layers, weights));
            return kernels.gemm().pack(arena, second.weight(), second.biasOrZeros(folding));
        }
    }

    @Override
    public long scratchFloats(int n, MapShape in) {
        long pixels = tiling.tilePixels(n * in.height(), in.width());
        return pixels * (channels + BlockTiling.hiddenStride(hidden));
    }

    @Override
    public long sharedFloats(int n, MapShape in, int threads) {
        long pixels = (long) n * in.pixels();
        return tiling.sharesOutputs(n * in.height(), in.width(), threads)
                ? pixels * (channels + BlockTiling.hiddenStride(hidden))
                : 0;
    }

    @Override
    public List<List<Layer>> phases(List<Layer> all) {
        return phases;
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        int threads = pass.team().size();
        if (tiling.sharesOutputs(x.rows(), x.width(), threads)) {
            forwardByOutputs(pass, x, y);
        } else {
            Tiling tiles = tiling.tiles(x.rows(), x.width(), threads);
            pass.team().run(tiles.tiles(), (index, member) -> {
                int row = tiles.rowBegin(index);
                forwardTile(pass, member, x, y, row, tiles.rowEnd(index) - row);
            });
        }
    }

    private void forwardTile(Pass pass, int member, FeatureMap x, FeatureMap y, int row, int rows) {
        MemorySegment scratch = pass.scratch()[member];
        int pixels = rows * x.width();
        long hiddenBytes = (long) pixels * channels * Float.BYTES;
        expansion.normed(pass, member, x, row, rows, scratch, 0);
        int stride = BlockTiling.hiddenStride(hidden);
        expansion.hidden(pixels, scratch, 0, 0, hidden, scratch, hiddenBytes, stride);
        pass.lap(member, BlockPhases.PWCONV1);
        pwconv2.forward(
                pixels,
                scratch,
                hiddenBytes,
                stride,
                0,
                channels,
                Epilogue.ADD_RESIDUAL,
                x.data(),
                y.data(),
                x.rowBytes(row),
                channels);
        pass.lap(member, BlockPhases.PWCONV2);
    }

    private void forwardByOutputs(Pass pass, FeatureMap x, FeatureMap y) {
        MemorySegment shared = pass.shared();
        int pixels = x.n() * x.pixels();
        int stride = BlockTiling.hiddenStride(hidden);
        long hiddenBytes = (long) pixels * channels * Float.BYTES;
        pass.team().run(x.rows(), (row, member) -> expansion.normed(pass, member, x, row, 1, shared, x.rowBytes(row)));
        int threads = pass.team().size();
        int hiddenRanges = expansion.pwconv1().ranges(threads);
        pass.team().run(hiddenRanges, (range, member) -> {
            pass.start(member);
            int begin = expansion.pwconv1().rangeBegin(range, hiddenRanges);
            int end = expansion.pwconv1().rangeBegin(range + 1, hiddenRanges);
            expansion.hidden(pixels, shared, 0, begin, end, shared, hiddenBytes, stride);
            pass.lap(member, BlockPhases.PWCONV1);
        });
        int ranges = pwconv2.ranges(threads);
        pass.team().run(ranges, (range, member) -> {
            pass.start(member);
            int begin = pwconv2.rangeBegin(range, ranges);
            int end = pwconv2.rangeBegin(range + 1, ranges);
            pwconv2.forward(
                    pixels,
                    shared,
                    hiddenBytes,
                    stride,
                    begin,
                    end,
                    Epilogue.ADD_RESIDUAL,
                    x.data(),
                    y.data(),
                    0,
                    channels);
            pass.lap(member, BlockPhases.PWCONV2);
        });
    }
}
