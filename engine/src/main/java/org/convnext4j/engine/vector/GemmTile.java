package org.convnext4j.engine.vector;

import java.lang.foreign.MemorySegment;

/**
 * The innermost loop of the pointwise convolution: a few rows (pixels) times one panel of outputs, all of whose sums
 * stay in registers.
 *
 * <p>Each step over the inputs loads one vector per output column of the tile, broadcasts one float per row, and does
 * rows x vectors FMAs. Two FMA units that take 4 cycles each need at least 8 sums in flight; 24 leave room and make the
 * loads (10 per 24 FMAs) cheap. A panel holds the bias first, then the outputs' weights of input 0, of input 1, ...:
 * {@code (K + 1) x vectors x lanes} floats, read front to back. Starting from sums in memory instead of the panel's first
 * row would load one more vector per sum, and that is too much for C1 ("out of virtual registers in linear scan"): the
 * method then stays in the interpreter, 1000 times slower.
 *
 * <p>The loops read and write through {@link Memory#ALL}, whose kind C2 knows whatever happens in the JVM. With the
 * operands' own segments a second kind of segment, such as the one that {@code MemorySegment.toArray} makes of a float
 * array, or a second copy of these classes in another class loader was enough for C2 to compile the loops anew with a
 * look-up of the kind at every access: 2 to 3 times slower, until the JVM ended.
 *
 * <p>Heights are 6 and 5, from which every row count from 20 on is made without a remainder, and 2 and 1 for what is
 * left of smaller ones.
 */
abstract class GemmTile {
    /** The most inputs, all bits set: their weights in a panel are within {@link Memory#offset}. */
    static final int MAX_INPUTS = (1 << 24) - 1;

    /** The most rows of a tile. */
    static final int MAX_ROWS = 6;

    /** How many vectors wide the panel is. */
    abstract int vectors();

    /**
     * {@code c = bias + a W^T} for a tile of {@code rows} rows. The caller has checked that the operands are there.
     *
     * @param rows 6, 5, 2 or 1
     * @param k inputs, at most {@link #MAX_INPUTS}
     * @param a (rows, k), {@code aStrideBytes} apart from {@code aBytes} on
     * @param panel the packed panel, bias first, at {@code panelBytes}
     * @param c (rows, outputs of the panel), {@code cStrideBytes} apart from {@code cBytes} on
     */
    final void forward(
            int rows,
            int k,
            MemorySegment a,
            long aBytes,
            long aStrideBytes,
            MemorySegment panel,
            long panelBytes,
            MemorySegment c,
            long cBytes,
            long cStrideBytes) {
        if (k > MAX_INPUTS) {
            throw new IllegalArgumentException("a tile takes at most " + MAX_INPUTS + " inputs, not " + k);
        }
        long from = a.address() + aBytes;
        long weights = panel.address() + panelBytes;
        long to = c.address() + cBytes;
        switch (rows) {
            case 6 -> rows6(k, from, aStrideBytes, weights, to, cStrideBytes);
            case 5 -> rows5(k, from, aStrideBytes, weights, to, cStrideBytes);
            case 2 -> rows2(k, from, aStrideBytes, weights, to, cStrideBytes);
            default -> rows1(k, from, aStrideBytes, weights, to, cStrideBytes);
        }
    }

    /**
     * The height of the next tile when {@code rows} rows are left: as few tiles as possible, and as equal as possible.
     */
    static int nextRows(int rows) {
        int tiles = (rows + MAX_ROWS - 1) / MAX_ROWS;
        if (rows == tiles * MAX_ROWS) {
            return 6;
        }
        if (rows >= tiles * (MAX_ROWS - 1)) {
            return 5;
        }
        return rows >= MAX_ROWS ? 5 : rows >= 2 ? 2 : 1;
    }

    abstract void rows6(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes);

    abstract void rows5(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes);

    abstract void rows2(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes);

    abstract void rows1(int k, long a, long aStrideBytes, long panel, long c, long cStrideBytes);
}
