package org.convnext4j.model.train;

import java.lang.foreign.MemorySegment;

/**
 * Memory that the backward passes of all layers use in turn, each part large enough for the largest.
 *
 * @param branch (pixels, C), the gradient of a block's branch
 * @param normed (pixels, C), LayerNorm's output
 * @param convolved (pixels, C), the gradient of LayerNorm's input
 * @param hidden (pixels, 4C), the gradient of GELU's input, or the patches of a downsampling layer
 * @param weight1 (C, 4C), the gradient of W1, transposed
 * @param weight2 (C, 4C), that of W2 before gamma
 * @param sums (C), the sums of the branch's gradient
 * @param parts LayerNorm's sums over parts of the pixels
 */
record BackwardBuffers(
        MemorySegment branch,
        MemorySegment normed,
        MemorySegment convolved,
        MemorySegment hidden,
        MemorySegment weight1,
        MemorySegment weight2,
        MemorySegment sums,
        MemorySegment parts) {}
