package org.convnext4j.model.run;

import org.convnext4j.bindings.CpuCaches;
import org.convnext4j.engine.kernel.Gemm;

/**
 * How the work of a block is cut for the threads: into tiles of pixels, each of which goes through all layers, or, where
 * there are few pixels and many weights, into ranges of each layer's outputs.
 *
 * <p>What decides is the weights' way from memory. A tile reads all of them, and a tile of few pixels spends its time
 * waiting. ConvNeXt-Large, one picture, stage 2 (196 pixels, 18.9 MB of weights a block): tiles of one row of 14 pixels,
 * whose hidden channels would fit the second-level cache, took 224 to 270 ms for the whole network; ranges of the outputs,
 * each thread reading half of the weights once, take 168, and 158 with inputs in blocks. That the hidden channels then lie
 * in the third-level cache costs next to nothing: they are written once and read once.
 *
 * @param channels C
 * @param hidden the channels between the layers
 * @param hiddenPanels into how many parts pwconv1's outputs can be shared out
 * @param panels into how many parts pwconv2's outputs can be shared out
 */
record BlockTiling(int channels, int hidden, int hiddenPanels, int panels) {
    /** The most pixels of a tile or of shared outputs: from here on weights are read often enough. */
    private static final int MAX_PIXELS = 224;

    /**
     * {@link Tiling#OVERHEAD_PIXELS} where the weights do not stay in the second-level cache from tile to tile. A pixel's
     * 16 C^2 operations take as long as reading 1.2 C^2 to 1.6 C^2 bytes at 20 to 27 GB/s a thread, and there are 32 C^2
     * bytes; part of that is hidden.
     */
    private static final int HEAVY_OVERHEAD_PIXELS = 20;

    /** What sharing the outputs costs beside its pixels, in pixels: the threads meet twice more. */
    private static final int SHARING_PIXELS = 4;

    /** Room for a tile's hidden channels: what its inputs and the panel at hand leave of the second-level cache. */
    private static final long HIDDEN_BYTES = CpuCaches.l2Bytes() * 5 / 8;

    /** Rows of hidden channels are this far apart beyond their number, so that they do not all fall into the same cache sets. */
    private static final int HIDDEN_PADDING = 16;

    static BlockTiling of(Gemm.Linear pwconv1, Gemm.Linear pwconv2) {
        return new BlockTiling(pwconv1.inputs(), pwconv1.outputs(), panels(pwconv1), panels(pwconv2));
    }

    private static int panels(Gemm.Linear linear) {
        return (linear.outputs() + linear.panelOutputs() - 1) / linear.panelOutputs();
    }

    /** Whether the weights of both layers leave no room in the second-level cache for what they work on. */
    private boolean heavy() {
        return 2L * channels * hidden * Float.BYTES > CpuCaches.l2Bytes() / 2;
    }

    private int overheadPixels() {
        return heavy() ? HEAVY_OVERHEAD_PIXELS : Tiling.OVERHEAD_PIXELS;
    }

    private int maxTilePixels() {
        return heavy()
                ? MAX_PIXELS
                : Math.clamp(HIDDEN_BYTES / ((long) hiddenStride(hidden) * Float.BYTES), 1, MAX_PIXELS);
    }

    /** Floats from one pixel's hidden channels to the next one's. */
    static int hiddenStride(int hidden) {
        return hidden + HIDDEN_PADDING;
    }

    /** Tiles of pixels. */
    Tiling tiles(int rows, int width, int threads) {
        return Tiling.of(rows, width, maxTilePixels(), overheadPixels(), threads);
    }

    /** The most pixels of a tile of such a map. */
    int tilePixels(int rows, int width) {
        return Tiling.maxRows(rows, width, maxTilePixels()) * width;
    }

    /** Whether the threads share the outputs of the layers rather than the pixels. */
    boolean sharesOutputs(int rows, int width, int threads) {
        long pixels = (long) rows * width;
        if (threads == 1 || pixels > MAX_PIXELS) {
            return false;
        }
        double share = (longestShare(hiddenPanels, threads) + longestShare(panels, threads)) / 2;
        double sharing = (pixels + overheadPixels()) * share + SHARING_PIXELS;
        return sharing < tiles(rows, width, threads).costPixels(width, overheadPixels(), threads);
    }

    private static double longestShare(int panels, int threads) {
        int most = (panels + threads - 1) / threads;
        return (double) most / panels;
    }
}
