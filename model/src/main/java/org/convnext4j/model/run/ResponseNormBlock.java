package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.convnext4j.bindings.CpuCaches;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.kernel.ResponseNorm;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.TensorSource;

/**
 * A block of ConvNeXt V2 (arXiv 2301.00808, figure 5), which norms its hidden channels by their size over the whole map:
 * {@code x + pwconv2(grn(act(pwconv1(norm(dwconv(x))))))}.
 *
 * <p>The norm needs all pixels before pwconv2 can have one. So the tiles run twice: up to the hidden channels, which stay
 * in memory with the sums of their squares; then, when each picture's factors are known, from there on. Pictures go
 * through by groups whose hidden channels the second-level caches hold, as far as one picture's can be.
 *
 * <p>The sums are taken row by row of the map, and the rows' sums in their order, so that they do not depend on the tiles.
 * As in {@link FusedBlock}, where there are few pixels for the threads, these share the layers' outputs.
 */
final class ResponseNormBlock implements Step {
    private static final float EPSILON = (float) ResponseNormLayer.EPSILON;

    private final int channels;
    private final int hidden;
    private final Expansion expansion;
    private final ResponseNorm norm;
    private final MemorySegment gamma;
    private final MemorySegment beta;
    private final Gemm.Linear pwconv2;
    private final BlockTiling tiling;
    private final List<List<Layer>> phases;

    private ResponseNormBlock(
            KernelSet kernels,
            Arena arena,
            BlockPlan layers,
            TensorSource weights,
            Expansion expansion,
            Gemm.Linear pwconv2) {
        ResponseNormLayer layer = Objects.requireNonNull(layers.response(), "a block without response norm");
        this.channels = layers.channels();
        this.phases = BlockPhases.of(layers);
        this.hidden = layers.hidden();
        this.expansion = expansion;
        this.norm = kernels.families().responseNorm();
        this.gamma = Affine.copy(arena, weights.tensor(layer.gamma()));
        this.beta = Affine.copy(arena, weights.tensor(layer.beta()));
        this.pwconv2 = pwconv2;
        this.tiling = BlockTiling.of(expansion.pwconv1(), pwconv2);
    }

    /** On weights that are folded and packed. */
    static ResponseNormBlock fused(KernelSet kernels, Arena arena, BlockPlan layers, TensorSource weights) {
        Expansion expansion = Expansion.folded(kernels, arena, layers, weights);
        Gemm.Linear pwconv2 = FusedBlock.scaled(kernels, arena, layers, weights);
        return new ResponseNormBlock(kernels, arena, layers, weights, expansion, pwconv2);
    }

    /** On weights where they lie, which must outlive it. */
    static ResponseNormBlock plain(FirstCallKernels first, Arena arena, BlockPlan layers, TensorSource weights) {
        // Nobody has published a network with both norms and layer scale; it costs a copy here.
        Affine second =
                Folding.beforeScale(arena, Affine.of(layers.project(), weights), Folding.scale(layers, weights));
        return new ResponseNormBlock(
                first.kernels(),
                arena,
                layers,
                weights,
                Expansion.plain(first, arena, layers, weights),
                Expansion.linear(first, arena, second));
    }

    /** Where the parts of the shared memory begin, in bytes, for a group of pictures. */
    private record Places(int channels, int hidden, int rows, int width, int n) {
        Places(int channels, int hidden, MapShape shape, int n) {
            this(channels, hidden, n * shape.height(), shape.width(), n);
        }

        /** The hidden channels of a row's first pixel. */
        long hidden(int row) {
            return (long) row * width * BlockTiling.hiddenStride(hidden) * Float.BYTES;
        }

        /** The sums of squares of a row. */
        long sums(int row) {
            return hidden(rows) + (long) hidden * row * Float.BYTES;
        }

        /** The factors of a picture. */
        long factors(int image) {
            return sums(rows) + (long) hidden * image * Float.BYTES;
        }

        /** The normed channels of a row's first pixel, where the threads share outputs. */
        long normed(int row) {
            return factors(n) + (long) row * width * channels * Float.BYTES;
        }
    }

    /** How many pictures of this size go through together. */
    private int group(int pixels, int threads) {
        long pictureBytes = (long) pixels * BlockTiling.hiddenStride(hidden) * Float.BYTES;
        return Math.clamp(CpuCaches.l2Bytes() * threads / pictureBytes, 1, Integer.MAX_VALUE);
    }

    @Override
    public long scratchFloats(int n, MapShape in) {
        return (long) tiling.tilePixels(n * in.height(), in.width()) * channels;
    }

    @Override
    public long sharedFloats(int n, MapShape in, int threads) {
        int pictures = Math.min(n, group(in.pixels(), threads));
        Places places = new Places(channels, hidden, in, pictures);
        return places.normed(places.rows()) / Float.BYTES;
    }

    @Override
    public List<List<Layer>> phases(List<Layer> all) {
        return phases;
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        int group = group(x.pixels(), pass.team().size());
        for (int begin = 0; begin < x.n(); begin += Math.min(group, x.n() - begin)) {
            int end = begin + Math.min(group, x.n() - begin);
            FeatureMap from = x.pictures(begin, end);
            FeatureMap to = y.pictures(begin, end);
            if (tiling.sharesOutputs(from.rows(), from.width(), pass.team().size())) {
                forwardByOutputs(pass, from, to);
            } else {
                forwardByTiles(pass, from, to);
            }
        }
    }

    private void forwardByTiles(Pass pass, FeatureMap x, FeatureMap y) {
        MemorySegment shared = pass.shared();
        Places places = new Places(channels, hidden, x.shape(), x.n());
        Tiling tiles = tiling.tiles(x.rows(), x.width(), pass.team().size());
        pass.team().run(tiles.tiles(), (index, member) -> {
            int row = tiles.rowBegin(index);
            expand(pass, member, x, places, row, tiles.rowEnd(index));
        });
        pass.team().run(x.n(), (image, member) -> {
            pass.start(member);
            factors(x, places, image, shared);
            pass.lap(member, BlockPhases.RESPONSE_NORM);
        });
        pass.team().run(tiles.tiles(), (index, member) -> {
            int row = tiles.rowBegin(index);
            pass.start(member);
            apply(x, places, row, tiles.rowEnd(index), shared);
            pass.lap(member, BlockPhases.RESPONSE_NORM);
            project(x, y, places, row, tiles.rowEnd(index), shared);
            pass.lap(member, BlockPhases.PWCONV2_AFTER_NORM);
        });
    }

    private void expand(Pass pass, int member, FeatureMap x, Places places, int rowBegin, int rowEnd) {
        MemorySegment scratch = pass.scratch()[member];
        MemorySegment shared = pass.shared();
        int rows = rowEnd - rowBegin;
        int stride = BlockTiling.hiddenStride(hidden);
        expansion.normed(pass, member, x, rowBegin, rows, scratch, 0);
        expansion.hidden(rows * x.width(), scratch, 0, 0, hidden, shared, places.hidden(rowBegin), stride);
        pass.lap(member, BlockPhases.PWCONV1);
        for (int row = rowBegin; row < rowEnd; row++) {
            norm.sumSquares(x.width(), hidden, shared, places.hidden(row), stride, shared, places.sums(row));
        }
        pass.lap(member, BlockPhases.RESPONSE_NORM);
    }

    private void factors(FeatureMap x, Places places, int image, MemorySegment shared) {
        norm.factors(
                x.height(),
                hidden,
                EPSILON,
                shared,
                places.sums(image * x.height()),
                gamma,
                shared,
                places.factors(image));
    }

    /** The norm of some rows, which may be those of several pictures. */
    private void apply(FeatureMap x, Places places, int rowBegin, int rowEnd, MemorySegment shared) {
        int row = rowBegin;
        while (row < rowEnd) {
            int image = row / x.height();
            int until = Math.min(rowEnd, (image + 1) * x.height());
            norm.apply(
                    (until - row) * x.width(),
                    hidden,
                    shared,
                    places.factors(image),
                    beta,
                    shared,
                    places.hidden(row),
                    BlockTiling.hiddenStride(hidden));
            row = until;
        }
    }

    private void project(FeatureMap x, FeatureMap y, Places places, int rowBegin, int rowEnd, MemorySegment shared) {
        pwconv2.forward(
                (rowEnd - rowBegin) * x.width(),
                shared,
                places.hidden(rowBegin),
                BlockTiling.hiddenStride(hidden),
                0,
                channels,
                Epilogue.ADD_RESIDUAL,
                x.data(),
                y.data(),
                x.rowBytes(rowBegin),
                channels);
    }

    private void forwardByOutputs(Pass pass, FeatureMap x, FeatureMap y) {
        MemorySegment shared = pass.shared();
        Places places = new Places(channels, hidden, x.shape(), x.n());
        int pixels = x.n() * x.pixels();
        int stride = BlockTiling.hiddenStride(hidden);
        pass.team()
                .run(x.rows(), (row, member) -> expansion.normed(pass, member, x, row, 1, shared, places.normed(row)));
        int threads = pass.team().size();
        int hiddenRanges = expansion.pwconv1().ranges(threads);
        pass.team().run(hiddenRanges, (range, member) -> {
            pass.start(member);
            int begin = expansion.pwconv1().rangeBegin(range, hiddenRanges);
            int end = expansion.pwconv1().rangeBegin(range + 1, hiddenRanges);
            expansion.hidden(pixels, shared, places.normed(0), begin, end, shared, places.hidden(0), stride);
            pass.lap(member, BlockPhases.PWCONV1);
            long first = (long) begin * Float.BYTES;
            for (int row = 0; row < x.rows(); row++) {
                norm.sumSquares(
                        x.width(),
                        end - begin,
                        shared,
                        places.hidden(row) + first,
                        stride,
                        shared,
                        places.sums(row) + first);
            }
            pass.lap(member, BlockPhases.RESPONSE_NORM);
        });
        pass.team().run(x.n(), (image, member) -> {
            pass.start(member);
            factors(x, places, image, shared);
            apply(x, places, image * x.height(), (image + 1) * x.height(), shared);
            pass.lap(member, BlockPhases.RESPONSE_NORM);
        });
        int ranges = pwconv2.ranges(threads);
        pass.team().run(ranges, (range, member) -> {
            pass.start(member);
            int begin = pwconv2.rangeBegin(range, ranges);
            int end = pwconv2.rangeBegin(range + 1, ranges);
            pwconv2.forward(
                    pixels,
                    shared,
                    places.hidden(0),
                    stride,
                    begin,
                    end,
                    Epilogue.ADD_RESIDUAL,
                    x.data(),
                    y.data(),
                    0,
                    channels);
            pass.lap(member, BlockPhases.PWCONV2_AFTER_NORM);
        });
    }
}
