package org.convnext4j.engine.vector;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;

/**
 * Checked addresses for the short loops: checks a whole operand once and gives its address, at which the loop
 * then reads and writes through one segment that spans all memory.
 *
 * <p>Loops over the inputs of a layer are long, and C2 moves a segment's checks out of them. Loops over the channels of
 * a pixel have 6 to 48 steps; there the checks, computed once per loop and operand, cost as much as the loop: a 7x7
 * convolution of 96 channels ran at 61 GFLOP/s with them. And where a JVM has used segments of several kinds, a store
 * makes C2 look up the kind of each anew in every step; the kind of a constant is known.
 *
 * <p>What the check cannot see is an arena that another thread closes while a kernel runs: callers keep operands alive
 * until a kernel returns, as the package of the contracts asks.
 */
final class Memory {
    /** All of it. */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** No system gives a program addresses of more bits. */
    private static final long ADDRESSES = (1L << 56) - 1;

    /** 2 GiB, all bits set. */
    private static final int MAX_FLOATS = (1 << 29) - 1;

    private Memory() {}

    /**
     * The address of an operand that is read.
     *
     * @param segment where it lies
     * @param offsetBytes where it begins
     * @param floats its length, gaps between rows included
     * @throws IndexOutOfBoundsException if it does not lie within the segment
     * @throws IllegalArgumentException if the segment is on the heap
     * @throws IllegalStateException if the segment's arena is closed
     * @throws WrongThreadException if the segment is confined to another thread
     */
    static long address(MemorySegment segment, long offsetBytes, long floats) {
        Operands.input("an operand", segment, offsetBytes, floats);
        return segment.address() + offsetBytes;
    }

    /**
     * The address of an operand that is written.
     *
     * @throws IllegalArgumentException if, beside the reasons of {@link #address}, the segment is read-only
     */
    static long writable(MemorySegment segment, long offsetBytes, long floats) {
        Operands.output("an output", segment, offsetBytes, floats);
        return segment.address() + offsetBytes;
    }

    /**
     * Checks that packed weights are still there.
     *
     * @throws IllegalStateException if the segment's arena is closed
     */
    static void requireAlive(MemorySegment packed) {
        Operands.requireAlive("packed weights", packed);
    }

    /**
     * The same address, or the same distance in bytes, in a form that tells C2 that it is not negative and no sum with
     * another is beyond a long. Then no access of a loop needs a check, and none of the copies of the loop that C2 makes for
     * those that do, each with 15 instructions an access.
     */
    static long at(long address) {
        return address & ADDRESSES;
    }

    /**
     * The distance of so many floats in bytes, in a form that tells C2 that it is not negative and fits an int. From an
     * address by {@link #at} on, a load then needs no check and adds the distance up itself; and a loop without checks has
     * no copies of itself that run its first and last steps.
     *
     * @param floats from 0 to 2^29 - 1
     */
    static long offset(int floats) {
        return (long) (floats & MAX_FLOATS) * Float.BYTES;
    }

    /** As {@link Operands#span}. */
    static long span(int rows, int stride, int columns) {
        return Operands.span("an operand", rows, stride, columns);
    }

    /** Sets floats to 0, from an address on. A slice of {@link #ALL} to fill would be an object per call. */
    static void zero(long address, int floats) {
        for (int i = 0; i < floats; i++) {
            ALL.set(Lanes.FLOAT, address + (long) i * Float.BYTES, 0f);
        }
    }
}
