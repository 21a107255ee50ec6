package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.bindings.CpuCaches;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.kernel.ResponseNorm;
import org.convnext4j.model.weights.BlockWeights;

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
final class ResponseNormBlock implements Block {
    private static final float EPSILON = 1e-6f;

    private final int channels;
    private final Expansion expansion;
    private final ResponseNorm norm;
    private final MemorySegment gamma;
    private final MemorySegment beta;
    private final Gemm.Linear pwconv2;
    private final BlockTiling tiling;

    private ResponseNormBlock(
            Arena arena, BlockWeights weights, Expansion expansion, ResponseNorm norm, Gemm.Linear pwconv2) {
        this.channels = weights.dwconv().dim(0);
        this.expansion = expansion;
        this.norm = norm;
        this.gamma = Stem.copy(arena, weights.responseGamma());
        this.beta = Stem.copy(arena, weights.responseBeta());
        this.pwconv2 = pwconv2;
        this.tiling = BlockTiling.of(expansion.pwconv1(), pwconv2);
    }

    /** On weights that are folded and packed. */
    static ResponseNormBlock fused(KernelSet kernels, Arena arena, BlockWeights weights, BlockDesign design) {
        Expansion expansion = Expansion.folded(kernels, arena, weights, design);
        try (Arena folding = Arena.ofConfined()) {
            Folding.Layer second =
                    Folding.beforeScale(folding, weights.pwconv2(), weights.pwconv2Bias(), weights.gamma());
            Gemm.Linear pwconv2 = kernels.gemm().pack(arena, second.weight(), second.bias());
            return new ResponseNormBlock(
                    arena, weights, expansion, kernels.families().responseNorm(), pwconv2);
        }
    }

    /** On weights where they lie, which must outlive it. */
    static ResponseNormBlock plain(FirstCallKernels first, Arena arena, BlockWeights weights, BlockDesign design) {
        // Nobody has published a network with both norms and layer scale; it costs a copy here.
        Folding.Layer second = Folding.beforeScale(arena, weights.pwconv2(), weights.pwconv2Bias(), weights.gamma());
        return new ResponseNormBlock(
                arena,
                weights,
                Expansion.plain(first, arena, weights, design),
                first.kernels().families().responseNorm(),
                Expansion.linear(first, arena, second.weight(), second.bias()));
    }

    /** Where the parts of the shared memory begin, in bytes, for a group of pictures. */
    private record Places(int channels, int rows, int width, int n) {
        static Places of(FeatureMap x) {
            return new Places(x.channels(), x.rows(), x.width(), x.n());
        }

        /** The hidden channels of a row's first pixel. */
        long hidden(int row) {
            return (long) row * width * BlockTiling.hiddenStride(channels) * Float.BYTES;
        }

        /** The sums of squares of a row. */
        long sums(int row) {
            return hidden(rows) + 4L * channels * row * Float.BYTES;
        }

        /** The factors of a picture. */
        long factors(int image) {
            return sums(rows) + 4L * channels * image * Float.BYTES;
        }

        /** The normed channels of a row's first pixel, where the threads share outputs. */
        long normed(int row) {
            return factors(n) + (long) row * width * channels * Float.BYTES;
        }
    }

    /** How many pictures of this size go through together. */
    private static int group(int channels, int pixels, int threads) {
        long pictureBytes = (long) pixels * BlockTiling.hiddenStride(channels) * Float.BYTES;
        return Math.clamp(CpuCaches.l2Bytes() * threads / pictureBytes, 1, Integer.MAX_VALUE);
    }

    @Override
    public long scratchFloats(int n, int height, int width) {
        return (long) tiling.tilePixels(n * height, width) * channels;
    }

    @Override
    public long sharedFloats(int n, int height, int width, int threads) {
        int pictures = Math.min(n, group(channels, height * width, threads));
        Places places = new Places(channels, pictures * height, width, pictures);
        return places.normed(pictures * height) / Float.BYTES;
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        int group = group(channels, x.pixels(), pass.team().size());
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
        Places places = Places.of(x);
        Tiling tiles = tiling.tiles(x.rows(), x.width(), pass.team().size());
        pass.team().run(tiles.tiles(), (index, member) -> {
            int row = tiles.rowBegin(index);
            expand(x, places, row, tiles.rowEnd(index), pass.scratch()[member], shared);
        });
        pass.team().run(x.n(), (image, member) -> factors(x, places, image, shared));
        pass.team().run(tiles.tiles(), (index, member) -> {
            int row = tiles.rowBegin(index);
            apply(x, places, row, tiles.rowEnd(index), shared);
            project(x, y, places, row, tiles.rowEnd(index), shared);
        });
    }

    private void expand(
            FeatureMap x, Places places, int rowBegin, int rowEnd, MemorySegment scratch, MemorySegment shared) {
        int rows = rowEnd - rowBegin;
        int stride = BlockTiling.hiddenStride(channels);
        expansion.normed(x, rowBegin, rows, scratch, 0);
        expansion.hidden(rows * x.width(), scratch, 0, 0, 4 * channels, shared, places.hidden(rowBegin), stride);
        for (int row = rowBegin; row < rowEnd; row++) {
            norm.sumSquares(x.width(), 4 * channels, shared, places.hidden(row), stride, shared, places.sums(row));
        }
    }

    private void factors(FeatureMap x, Places places, int image, MemorySegment shared) {
        norm.factors(
                x.height(),
                4 * channels,
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
                    4 * channels,
                    shared,
                    places.factors(image),
                    beta,
                    shared,
                    places.hidden(row),
                    BlockTiling.hiddenStride(channels));
            row = until;
        }
    }

    private void project(FeatureMap x, FeatureMap y, Places places, int rowBegin, int rowEnd, MemorySegment shared) {
        pwconv2.forward(
                (rowEnd - rowBegin) * x.width(),
                shared,
                places.hidden(rowBegin),
                BlockTiling.hiddenStride(channels),
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
        Places places = Places.of(x);
        int pixels = x.n() * x.pixels();
        int stride = BlockTiling.hiddenStride(channels);
        pass.team().run(x.rows(), (row, member) -> expansion.normed(x, row, 1, shared, places.normed(row)));
        int threads = pass.team().size();
        int hiddenShares = expansion.pwconv1().ranges(threads);
        pass.team().run(hiddenShares, (share, member) -> {
            int begin = expansion.pwconv1().rangeBegin(share, hiddenShares);
            int end = expansion.pwconv1().rangeBegin(share + 1, hiddenShares);
            expansion.hidden(pixels, shared, places.normed(0), begin, end, shared, places.hidden(0), stride);
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
        });
        pass.team().run(x.n(), (image, member) -> {
            factors(x, places, image, shared);
            apply(x, places, image * x.height(), (image + 1) * x.height(), shared);
        });
        int shares = pwconv2.ranges(threads);
        pass.team().run(shares, (share, member) -> {
            int begin = pwconv2.rangeBegin(share, shares);
            int end = pwconv2.rangeBegin(share + 1, shares);
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
        });
    }
}
