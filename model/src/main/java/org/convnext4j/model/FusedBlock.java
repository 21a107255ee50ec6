package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.CpuCaches;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.model.weights.BlockWeights;

/**
 * The block of the fast path: the norm's affine part is folded into pwconv1 and gamma into pwconv2.
 *
 * <p>It runs tile by tile: the four layers of a tile of pixels follow each other while its 4C hidden channels are still
 * in the second-level cache. Where a map is too small to give every thread enough pixels (stage 3 of one picture has
 * 49), the weights weigh more than the pixels, and the threads share the layers' outputs instead, each reading its part
 * of the weights once.
 */
final class FusedBlock implements Block {
    /** Room for a tile's hidden channels: what its inputs and the panel at hand leave of the second-level cache. */
    private static final long HIDDEN_BYTES = CpuCaches.l2Bytes() * 5 / 8;

    /** The most pixels of a tile: from here on its weights are read often enough. */
    private static final int MAX_TILE_PIXELS = 224;

    /** With fewer pixels for each thread than this, reading the weights takes longer than the arithmetic. */
    private static final int MIN_PIXELS_PER_THREAD = 48;

    /** Rows of hidden channels are this far apart beyond 4C, so that they do not all fall into the same cache sets. */
    private static final int HIDDEN_PADDING = 16;

    private final int channels;
    private final Expansion expansion;
    private final Gemm.Linear pwconv2;

    FusedBlock(KernelSet kernels, Arena arena, BlockWeights weights, BlockDesign design) {
        this.channels = weights.dwconv().dim(0);
        this.expansion = Expansion.folded(kernels, arena, weights, design);
        try (Arena folding = Arena.ofConfined()) {
            Folding.Layer second =
                    Folding.beforeScale(folding, weights.pwconv2(), weights.pwconv2Bias(), weights.gamma());
            this.pwconv2 = kernels.gemm().pack(arena, second.weight(), second.bias());
        }
    }

    /** The most pixels that a tile of a map with this many channels should have. */
    static int tilePixels(int channels) {
        return Math.clamp(HIDDEN_BYTES / hiddenBytes(channels), 1, MAX_TILE_PIXELS);
    }

    /** Whether the threads share the outputs of the layers rather than the pixels. */
    static boolean sharesOutputs(long pixels, int threads) {
        return threads > 1 && pixels < (long) threads * MIN_PIXELS_PER_THREAD;
    }

    /** Floats from one pixel's hidden channels to the next one's. */
    static int hiddenStride(int channels) {
        return 4 * channels + HIDDEN_PADDING;
    }

    private static int hiddenBytes(int channels) {
        return hiddenStride(channels) * Float.BYTES;
    }

    @Override
    public long scratchFloats(int n, int height, int width) {
        return scratchFloats(n, height, width, channels);
    }

    static long scratchFloats(int n, int height, int width, int channels) {
        long pixels = (long) Tiling.maxRows(n * height, width, tilePixels(channels)) * width;
        return pixels * (channels + hiddenStride(channels));
    }

    @Override
    public long sharedFloats(int n, int height, int width, int threads) {
        long pixels = (long) n * height * width;
        return sharesOutputs(pixels, threads) ? pixels * (channels + hiddenStride(channels)) : 0;
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        int threads = pass.team().size();
        if (sharesOutputs((long) x.n() * x.pixels(), threads)) {
            forwardByOutputs(pass, x, y);
        } else {
            Tiling tiling = Tiling.of(x.rows(), x.width(), tilePixels(channels), threads);
            pass.team().run(tiling.tiles(), (index, member) -> {
                int row = tiling.rowBegin(index);
                forwardTile(x, y, row, tiling.rowEnd(index) - row, pass.scratch()[member]);
            });
        }
    }

    private void forwardTile(FeatureMap x, FeatureMap y, int row, int rows, MemorySegment scratch) {
        int pixels = rows * x.width();
        long hidden = (long) pixels * channels * Float.BYTES;
        expansion.normed(x, row, rows, scratch, 0);
        int stride = hiddenStride(channels);
        expansion.hidden(pixels, scratch, 0, 0, 4 * channels, scratch, hidden, stride);
        pwconv2.forward(
                pixels,
                scratch,
                hidden,
                stride,
                0,
                channels,
                Epilogue.ADD_RESIDUAL,
                x.data(),
                y.data(),
                x.rowBytes(row),
                channels);
    }

    private void forwardByOutputs(Pass pass, FeatureMap x, FeatureMap y) {
        MemorySegment shared = pass.shared();
        int pixels = x.n() * x.pixels();
        int stride = hiddenStride(channels);
        long hidden = (long) pixels * channels * Float.BYTES;
        pass.team().run(x.rows(), (row, member) -> expansion.normed(x, row, 1, shared, x.rowBytes(row)));
        int shares = pass.team().size();
        pass.team().run(shares, (share, member) -> {
            int begin = shareBegin(expansion.pwconv1(), share, shares);
            int end = shareBegin(expansion.pwconv1(), share + 1, shares);
            expansion.hidden(pixels, shared, 0, begin, end, shared, hidden, stride);
        });
        pass.team().run(shares, (share, member) -> {
            int begin = shareBegin(pwconv2, share, shares);
            int end = shareBegin(pwconv2, share + 1, shares);
            pwconv2.forward(
                    pixels, shared, hidden, stride, begin, end, Epilogue.ADD_RESIDUAL, x.data(), y.data(), 0, channels);
        });
    }

    /** Where share {@code share} of {@code shares} equal shares of a layer's outputs begins: at a whole panel. */
    static int shareBegin(Gemm.Linear linear, int share, int shares) {
        if (share == shares) {
            return linear.outputs();
        }
        int panels = (linear.outputs() + linear.panelOutputs() - 1) / linear.panelOutputs();
        return (int) ((long) panels * share / shares) * linear.panelOutputs();
    }
}
