package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.GradientKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.RoadmapKernels;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.MatrixProduct;
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
 * @param recompute whether blocks keep their input alone and compute the rest again on the way back
 */
record PassContext(
        Engine engine,
        Team team,
        MapMemory memory,
        Arena arena,
        BranchFactors factors,
        ScratchMemory scratchMemory,
        boolean recompute) {
    /**
     * Pixels of a tile: its 4C channels stay in the second-level cache for Tiny's dims up to 384, and it is whole parts
     * of both norms' sums.
     */
    static final int TILE_PIXELS = 3 * BatchNorm.PART_ROWS;

    /** Tiles that rows are cut into where there are fewer, so that several threads have something to do. */
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

    MatrixProduct product() {
        return gradients().matrixProduct();
    }

    /** So many floats for each member of the team, until the next layer asks. */
    List<MemorySegment> scratch(long floats) {
        return scratchMemory.pieces(team.size(), floats);
    }

    /**
     * Cuts the pixels into tiles that begin at a part of the norms' sums: the same ones for any team, and at least two
     * where there are two parts.
     */
    void tiles(int pixels, Tile tile) {
        int part = BatchNorm.PART_ROWS;
        run(pixels, Math.min(TILE_PIXELS, ((pixels + 1) / 2 + part - 1) / part * part), tile);
    }

    /** What one member of the team does with a tile of one picture; its pixels are counted over all pictures. */
    interface PictureTile {
        void run(int image, int tile, int begin, int end, int member);
    }

    /** How many tiles {@link #pictureTiles(BatchMap, PictureTile)} cuts each picture into. */
    static int pictureTiles(BatchMap map) {
        return Math.ceilDiv(map.shape().pixels(), TILE_PIXELS);
    }

    /** Cuts the pixels of each picture into tiles of about equal size: the same ones for any team. */
    void pictureTiles(BatchMap map, PictureTile work) {
        int pixels = map.shape().pixels();
        int tiles = pictureTiles(map);
        team.run(map.n() * tiles, (index, member) -> {
            int image = index / tiles;
            int tile = index % tiles;
            int first = image * pixels;
            int begin = (int) ((long) pixels * tile / tiles);
            int end = (int) ((long) pixels * (tile + 1) / tiles);
            work.run(image, tile, first + begin, first + end, member);
        });
    }

    /** Cuts the rows of all pictures into tiles: the same ones for any team. */
    void rows(int rows, int rowPixels, Tile tile) {
        int most = Math.max(1, TILE_PIXELS / Math.max(1, rowPixels));
        run(rows, Math.min(most, (rows + LEAST_TILES - 1) / LEAST_TILES), tile);
    }

    /** Cuts columns into ranges, about one for each member, at multiples of 64. */
    void columns(int columns, Tile tile) {
        run(columns, chunk(columns), tile);
    }

    /** The columns of one range of {@link #columns}. */
    int chunk(int columns) {
        int each = (columns + team.size() - 1) / team.size();
        return (each + 63) / 64 * 64;
    }

    /** Cuts numbers from 0 to {@code end} into ranges. */
    void run(int end, int size, Tile tile) {
        int step = Math.max(1, size);
        team.run((end + step - 1) / step, (index, member) -> {
            int begin = index * step;
            tile.run(begin, Math.min(end, begin + step), member);
        });
    }

    /** Has a layer take its weights as they are now. */
    void refresh(Gemm.LiveLinear linear) {
        run(linear.outputs(), linear.panelOutputs(), (begin, end, member) -> linear.refresh(begin, end));
    }
}
