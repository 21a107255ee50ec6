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
record Pass(Team team, MemorySegment[] scratch, MemorySegment shared) {}
