package org.convnext4j.model.run;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.parallel.Team;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass under way: its threads and its scratch memory.
 *
 * @param team the threads
 * @param scratch one piece per member of the team, for a tile
 * @param shared one piece for what all members share
 * @param profile where times go, in the rare pass that is measured
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, read in the innermost task
record Pass(
        Team team,
        MemorySegment[] scratch,
        MemorySegment shared,
        @Nullable Profile profile) {
    /** The most pixels of a tile of {@link #rows}. */
    private static final int TILE_PIXELS = 256;

    /** What one member of the team does with some rows, counted over all pictures. */
    interface Tile {
        void run(int row, int rows, int member);
    }

    /** A pass that nobody measures. */
    Pass(Team team, MemorySegment[] scratch, MemorySegment shared) {
        this(team, scratch, shared, null);
    }

    /** As {@link Profile#start}. */
    void start(int member) {
        if (profile != null) {
            profile.start(member);
        }
    }

    /** As {@link Profile#lap}. */
    void lap(int member, int phase) {
        if (profile != null) {
            profile.lap(member, phase);
        }
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
