package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.MatrixProduct;

/**
 * The product of changing matrices. {@code A^T B}, the weight gradients' form, is summed up from outer products of rows as
 * they lie ({@link OuterTile}); all else, and the columns that are left over there, by the tiles of {@link VectorGemm},
 * which want B in panels and A in rows.
 *
 * <p>Laying A and B out for those tiles made the weight gradients of 32, 64, 128 and 192 channels (4 times as many
 * hidden) run at 112, 155, 190 and 210 GFLOP/s on one thread whose peak is 265; as outer products they run at 213, 248,
 * 250 and 261. From 768 channels on both take the same time.
 *
 * <p>k is cut into blocks of {@link #DEPTH}. For those tiles, a transposed A is turned into rows once, and B is packed one
 * panel at a time; the panel is then multiplied with all rows of A while both are in the second-level cache. Copying
 * costs one load and store for each element of B for every m multiplications, and for each of a transposed A for every n:
 * let the transposed one be the narrower. The order of summation depends on k alone.
 */
final class VectorMatrixProduct implements MatrixProduct {
    /** Terms of a block: a panel of 64 KiB with 512-bit vectors. */
    private static final int DEPTH = 256;

    private static final int LINE_FLOATS = 16;

    /** Panels are as wide as the registers allow. */
    private static final GemmTile WIDE = Lanes.REGISTERS < 32 ? new GemmTile2() : new GemmTile4();

    /** For what the wide panels leave over, or narrow layers have. */
    private static final GemmTile MIDDLE = new GemmTile2();

    private static final GemmTile NARROW = new GemmTile1();
    private static final int WIDE_COLUMNS = WIDE.vectors() * LANES;

    /** For a transposed A and a plain B, which are multiplied as they lie. */
    private static final OuterTile OUTER = Lanes.REGISTERS < 32 ? new OuterTile2() : new OuterTile4();

    private static final OuterTile NARROW_OUTER = new OuterTile2();

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public long scratchFloats(int m, int n, int k) {
        long depth = depth(k);
        return WIDE_COLUMNS * (depth + 1) + m * depth;
    }

    private static int depth(int k) {
        return Math.min(DEPTH, (k + LINE_FLOATS - 1) / LINE_FLOATS * LINE_FLOATS);
    }

    @Override
    public void multiply(
            int m,
            int n,
            int k,
            MemorySegment a,
            long aBytes,
            int aStride,
            boolean aTransposed,
            MemorySegment b,
            long bBytes,
            int bStride,
            boolean bTransposed,
            boolean accumulate,
            MemorySegment c,
            long cBytes,
            int cStride,
            MemorySegment scratch,
            long scratchBytes) {
        checkMultiply(
                m,
                n,
                k,
                a,
                aBytes,
                aStride,
                aTransposed,
                b,
                bBytes,
                bStride,
                bTransposed,
                c,
                cBytes,
                cStride,
                scratch,
                scratchBytes);
        long left = Memory.address(a, aBytes, aTransposed ? Memory.span(k, aStride, m) : Memory.span(m, aStride, k));
        long right = Memory.address(b, bBytes, bTransposed ? Memory.span(n, bStride, k) : Memory.span(k, bStride, n));
        long to = Memory.writable(c, cBytes, Memory.span(m, cStride, n));
        if (m == 0 || n == 0) {
            return;
        }
        long space = Memory.writable(scratch, scratchBytes, scratchFloats(m, n, k));
        long rowsBytes = WIDE_COLUMNS * (depth(k) + 1L) * Float.BYTES;
        boolean add = accumulate;
        if (k == 0 && !accumulate) {
            clear(m, n, to, cStride);
        }
        int outer = aTransposed && !bTransposed ? n - n % (NARROW_OUTER.vectors() * LANES) : 0;
        outer(m, outer, k, left, aStride, right, bStride, accumulate, to, cStride);
        for (int p = 0; p < k && outer < n; p += DEPTH) {
            int count = Math.min(DEPTH, k - p);
            MemorySegment rows = a;
            long rowBytes = aBytes + (long) p * Float.BYTES;
            int rowStride = aStride;
            if (aTransposed) {
                rows = scratch;
                rowBytes = scratchBytes + rowsBytes;
                rowStride = depth(k);
                long from = left + (long) p * aStride * Float.BYTES;
                Moves.transpose(count, m, from, aStride, space + rowsBytes, rowStride);
            }
            int width;
            for (int column = outer; column < n; column += width) {
                GemmTile tile = tile(n - column);
                width = tile.vectors() * LANES;
                int used = Math.min(width, n - column);
                pack(count, width, used, right, bStride, bTransposed, p, column, space);
                long cAt = (long) column * Float.BYTES;
                panel(
                        m,
                        count,
                        tile,
                        used,
                        rows,
                        rowBytes,
                        rowStride,
                        scratch,
                        scratchBytes,
                        add,
                        c,
                        cBytes + cAt,
                        to + cAt,
                        cStride);
            }
            add = true;
        }
    }

    /** {@code A^T B} for n columns that are pairs of vectors. The order of summation is that of the panels. */
    private static void outer(
            int m, int n, int k, long a, int aStride, long b, int bStride, boolean accumulate, long c, int cStride) {
        long aStrideBytes = (long) aStride * Float.BYTES;
        long bStrideBytes = (long) bStride * Float.BYTES;
        for (int p = 0; p < k; p += DEPTH) {
            int count = Math.min(DEPTH, k - p);
            int width;
            for (int column = 0; column < n; column += width) {
                OuterTile tile = n - column < OUTER.vectors() * LANES ? NARROW_OUTER : OUTER;
                width = tile.vectors() * LANES;
                long at = (long) column * Float.BYTES;
                outerPanel(
                        m,
                        count,
                        tile,
                        a + p * aStrideBytes,
                        aStrideBytes,
                        b + p * bStrideBytes + at,
                        bStrideBytes,
                        accumulate || p > 0,
                        c + at,
                        (long) cStride * Float.BYTES);
            }
        }
    }

    /** All columns of A's block times the columns of B's that one tile takes. */
    private static void outerPanel(
            int m,
            int k,
            OuterTile tile,
            long a,
            long aStrideBytes,
            long b,
            long bStrideBytes,
            boolean add,
            long c,
            long cStrideBytes) {
        long widthBytes = tile.vectors() * Lanes.BYTES;
        long sums = Scratch.address();
        int height;
        for (int row = 0; row < m; row += height) {
            height = OuterTile.nextRows(m - row);
            long from = a + (long) row * Float.BYTES;
            long to = c + row * cStrideBytes;
            if (add) {
                tile.multiply(height, k, from, aStrideBytes, b, bStrideBytes, sums, widthBytes);
                TileEnd.add(height, tile.vectors() * LANES, sums, widthBytes, to, cStrideBytes);
            } else {
                tile.multiply(height, k, from, aStrideBytes, b, bStrideBytes, to, cStrideBytes);
            }
        }
    }

    private static GemmTile tile(int columns) {
        if (columns > 2 * LANES) {
            return WIDE;
        }
        return columns > LANES ? MIDDLE : NARROW;
    }

    /** All rows of A's block times one panel. */
    private static void panel(
            int m,
            int k,
            GemmTile tile,
            int used,
            MemorySegment rows,
            long rowBytes,
            int rowStride,
            MemorySegment panel,
            long panelBytes,
            boolean add,
            MemorySegment c,
            long cBytes,
            long cAddress,
            int cStride) {
        long strideBytes = (long) rowStride * Float.BYTES;
        long cStrideBytes = (long) cStride * Float.BYTES;
        long widthBytes = tile.vectors() * Lanes.BYTES;
        MemorySegment sums = Scratch.segment();
        int height;
        for (int row = 0; row < m; row += height) {
            height = GemmTile.nextRows(m - row);
            long from = rowBytes + row * strideBytes;
            long at = row * cStrideBytes;
            if (!add && used == tile.vectors() * LANES) {
                tile.forward(height, k, rows, from, strideBytes, panel, panelBytes, c, cBytes + at, cStrideBytes);
                continue;
            }
            tile.forward(height, k, rows, from, strideBytes, panel, panelBytes, sums, 0, widthBytes);
            if (add) {
                TileEnd.add(height, used, sums.address(), widthBytes, cAddress + at, cStrideBytes);
            } else {
                TileEnd.copy(height, used, sums.address(), widthBytes, cAddress + at, cStrideBytes);
            }
        }
    }

    /** Columns of B's block as a panel: (1 + count, width), with zeros for the bias and where B ends. */
    private static void pack(
            int count, int width, int used, long b, int bStride, boolean bTransposed, int p, int column, long panel) {
        Memory.zero(panel, used < width ? (count + 1) * width : width);
        long to = panel + (long) width * Float.BYTES;
        if (bTransposed) {
            Moves.transpose(used, count, b + ((long) column * bStride + p) * Float.BYTES, bStride, to, width);
        } else {
            Moves.copy(count, used, b + ((long) p * bStride + column) * Float.BYTES, bStride, to, width);
        }
    }

    private static void clear(int m, int n, long c, int cStride) {
        for (int row = 0; row < m; row++) {
            long at = c + (long) row * cStride * Float.BYTES;
            Memory.zero(at, n);
        }
    }
}
