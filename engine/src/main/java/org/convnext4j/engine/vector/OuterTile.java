package org.convnext4j.engine.vector;

/**
 * The innermost loop of {@code A^T B} on matrices as they lie in memory: a sum of outer products, one for each row of A
 * and B, of which a tile of a few columns of A by a few vectors of columns of B stays in registers.
 *
 * <p>A step broadcasts neighbouring floats of A's row and loads whole vectors of B's, both in the order in which they
 * are stored, so nothing is transposed or packed beforehand; otherwise it is that of {@link GemmTile}. Operands are
 * addresses that the caller has checked: {@link Memory#ALL} is of a known kind whatever segments the JVM has seen.
 */
abstract class OuterTile {
    /** How many vectors of columns of B a tile takes. */
    abstract int vectors();

    /**
     * {@code C = A^T B} for a tile.
     *
     * @param rows of C, 6 or 5 or 1, columns of A
     * @param k rows of A and B
     * @param a the address of the first row's first column
     * @param b as {@code a}
     * @param c as {@code a}
     */
    final void multiply(
            int rows, int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes) {
        switch (rows) {
            case 6 -> rows6(k, a, aStrideBytes, b, bStrideBytes, c, cStrideBytes);
            case 5 -> rows5(k, a, aStrideBytes, b, bStrideBytes, c, cStrideBytes);
            default -> rows1(k, a, aStrideBytes, b, bStrideBytes, c, cStrideBytes);
        }
    }

    /** The height of the next tile when {@code rows} rows are left, as in {@link GemmTile#nextRows} but without 2. */
    static int nextRows(int rows) {
        int height = GemmTile.nextRows(rows);
        return height == 2 ? 1 : height;
    }

    abstract void rows6(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes);

    abstract void rows5(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes);

    abstract void rows1(int k, long a, long aStrideBytes, long b, long bStrideBytes, long c, long cStrideBytes);
}
