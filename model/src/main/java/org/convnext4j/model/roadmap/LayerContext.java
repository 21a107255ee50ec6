package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.GradientKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.RoadmapKernels;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.parallel.Team;

/**
 * What all layers of one pass share.
 *
 * @param engine whose kernels they run on
 * @param team the threads; how many there are changes no result
 * @param memory for maps
 * @param arena lives as long as the pass, at least: for filters that training packs anew in each
 * @param factors of the blocks' branches, in training
 * @param scratchMemory grows as layers need it
 */
record LayerContext(
        Engine engine, Team team, MapMemory memory, Arena arena, BranchFactors factors, ScratchMemory scratchMemory) {
    /** Pixels of a tile: whole parts of both norms' statistics, few enough to stay in the second-level cache. */
    static final int TILE_PIXELS = 4 * BatchNorm.PART_ROWS;

    /** Tiles that a map is cut into where it has fewer pixels, so that several threads have something to do. */
    private static final int LEAST_TILES = 4;

    /** What one member of the team does with some pixels, or rows. */
    interface Tile {
        void run(int begin, int end, int member);
    }

    KernelSet kernels() {
        return engine.kernels();
    }

    RoadmapKernels roadmap() {
        return engine.roadmapKernels();
    }

    GradientKernels gradients() {
        return engine.gradientKernels();
    }

    /** So many floats for each member of the team, until the next layer asks. */
    List<MemorySegment> scratch(long floats) {
        return scratchMemory.pieces(team.size(), floats);
    }

    /** Cuts the pixels into tiles that begin at a part of the norms' statistics: the same ones for any team. */
    void tiles(int pixels, Tile tile) {
        int part = BatchNorm.PART_ROWS;
        int least = (pixels + LEAST_TILES - 1) / LEAST_TILES;
        run(pixels, Math.min(TILE_PIXELS, (least + part - 1) / part * part), tile);
    }

    /** Cuts the rows of all pictures into tiles: the same ones for any team. */
    void rows(int rows, int rowPixels, Tile tile) {
        int most = Math.max(1, TILE_PIXELS / Math.max(1, rowPixels));
        run(rows, Math.min(most, (rows + LEAST_TILES - 1) / LEAST_TILES), tile);
    }

    /** Cuts numbers from 0 to {@code end} into ranges. */
    void run(int end, int size, Tile tile) {
        int step = Math.max(1, size);
        team.run((end + step - 1) / step, (index, member) -> {
            int begin = index * step;
            tile.run(begin, Math.min(end, begin + step), member);
        });
    }
}
