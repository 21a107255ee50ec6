package org.convnext4j.model;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.parallel.Team;

/**
 * One forward pass under way: its kernels, its threads and its scratch memory.
 *
 * @param kernels the operators
 * @param team the threads
 * @param scratch one piece per member of the team, for a tile
 * @param shared one piece for what all members share
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, read in the innermost task
record Pass(KernelSet kernels, Team team, MemorySegment[] scratch, MemorySegment shared) {}
