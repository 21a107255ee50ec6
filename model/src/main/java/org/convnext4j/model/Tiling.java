package org.convnext4j.model;

/**
 * How the rows of all pictures' maps, one picture's after the other's, are cut into tiles of equal height.
 *
 * <p>The height is the one that leaves the team the least work in its longest share, and among those the largest whose
 * tile still has room in the second-level cache: a tile reads all weights of its layers once. Where a map is smaller than
 * that, a tile spans several pictures.
 *
 * @param rows rows of a tile; the last may have fewer
 * @param tiles how many tiles there are
 * @param totalRows rows of all pictures
 */
record Tiling(int rows, int tiles, int totalRows) {
    /**
     * What a tile costs beside its pixels, in pixels: handing it out, and its weights' way through the first-level cache.
     */
    private static final int OVERHEAD_PIXELS = 4;

    /**
     * Cuts the maps of all pictures.
     *
     * @param totalRows rows of all pictures
     * @param width pixels of a row
     * @param maxPixels the most pixels of a tile, but at least one row
     * @param threads how many threads share the tiles
     */
    static Tiling of(int totalRows, int width, int maxPixels, int threads) {
        int best = 1;
        long bestCost = Long.MAX_VALUE;
        int most = maxRows(totalRows, width, maxPixels);
        for (int rows = 1; rows <= most; rows++) {
            int tiles = (totalRows + rows - 1) / rows;
            long turns = ((long) tiles + threads - 1) / threads;
            long cost = turns * ((long) rows * width + OVERHEAD_PIXELS);
            if (cost <= bestCost) {
                bestCost = cost;
                best = rows;
            }
        }
        return new Tiling(best, (totalRows + best - 1) / best, totalRows);
    }

    /** The most rows that a tile may get. */
    static int maxRows(int totalRows, int width, int maxPixels) {
        return Math.clamp(maxPixels / width, 1, totalRows);
    }

    /** The first row of tile {@code index}, counted over all pictures. */
    int rowBegin(int index) {
        return index * rows;
    }

    /** One past the last row of tile {@code index}. */
    int rowEnd(int index) {
        return Math.min(rowBegin(index) + rows, totalRows);
    }
}
