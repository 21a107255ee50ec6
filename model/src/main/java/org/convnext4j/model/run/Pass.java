package org.convnext4j.model.run;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.parallel.Team;

/**
 * One forward pass under way: its threads and its scratch memory.
 *
 * @param team the threads
 * @param scratch one piece per member of the team, for a tile
 * @param shared one piece for what all members share
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, read in the innermost task
record Pass(Team team, MemorySegment[] scratch, MemorySegment shared) {
    /** The most pixels of a tile of {@link #rows}. */
    private static final int TILE_PIXELS = 256;

    /** What one member of the team does with some rows, counted over all pictures. */
    interface Tile {
        void run(int row, int rows, int member);
    }

    /** Cuts a map into tiles of rows for layers with few weights, and runs them. */
    void rows(FeatureMap map, Tile tile) {
        Tiling tiling = Tiling.of(map.rows(), map.width(), TILE_PIXELS, team.size());
        team.run(tiling.tiles(), (index, member) -> {
            int row = tiling.rowBegin(index);
            tile.run(row, tiling.rowEnd(index) - row, member);
        });
    }
}
