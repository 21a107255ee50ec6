package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.GradientKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.parallel.Team;

/**
 * What all layers of one forward and backward pass share.
 *
 * @param kernels of the forward pass
 * @param gradients kernels of the backward pass
 * @param team the threads; how many there are changes no result
 * @param scratch memory of each member of the team
 * @param arena lives as long as the pass: for filters packed anew in each
 */
record PassContext(KernelSet kernels, GradientKernels gradients, Team team, List<MemorySegment> scratch, Arena arena) {
    /**
     * Pixels of a tile: its 4C channels stay in the second-level cache for Tiny's dims up to 384, and it is whole parts
     * of LayerNorm's gradient.
     */
    static final int TILE_PIXELS = 3 * LayerNormGradient.PART_ROWS;

    /** What is done with the pixels from {@code begin} to {@code end}, by one member of the team. */
    interface Tile {
        void run(int begin, int end, MemorySegment scratch);
    }

    MatrixProduct product() {
        return gradients.matrixProduct();
    }

    /** Cuts the pixels into tiles, the same ones for any team, and at least two where there are two parts. */
    void tiles(int pixels, Tile tile) {
        int part = LayerNormGradient.PART_ROWS;
        int size = Math.min(TILE_PIXELS, ((pixels + 1) / 2 + part - 1) / part * part);
        int tiles = (pixels + size - 1) / size;
        team.run(tiles, (index, member) -> {
            int begin = index * size;
            tile.run(begin, Math.min(begin + size, pixels), scratch.get(member));
        });
    }

    /** Has a layer take its weights as they are now. */
    void refresh(Gemm.LiveLinear linear) {
        int panel = linear.panelOutputs();
        int panels = (linear.outputs() + panel - 1) / panel;
        team.run(panels, (index, member) -> {
            int begin = index * panel;
            linear.refresh(begin, Math.min(begin + panel, linear.outputs()));
        });
    }

    /** Cuts columns into as many ranges as the team has members, at multiples of 64. */
    int chunk(int columns) {
        int each = (columns + team.size() - 1) / team.size();
        return (each + 63) / 64 * 64;
    }
}
