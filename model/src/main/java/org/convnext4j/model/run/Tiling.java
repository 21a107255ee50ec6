package org.convnext4j.model.run;

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
    /** What a tile costs beside its pixels, in pixels, where its weights stay in the caches: handing it out. */
    static final int OVERHEAD_PIXELS = 4;

    /** Cuts the maps of all pictures for layers with few weights. */
    static Tiling of(int totalRows, int width, int maxPixels, int threads) {
        return of(totalRows, width, maxPixels, OVERHEAD_PIXELS, threads);
    }

    /**
     * Cuts the maps of all pictures.
     *
     * @param totalRows rows of all pictures
     * @param width pixels of a row
     * @param maxPixels the most pixels of a tile, but at least one row
     * @param overheadPixels what a tile costs beside its pixels, in pixels
     * @param threads how many threads share the tiles
     */
    static Tiling of(int totalRows, int width, int maxPixels, int overheadPixels, int threads) {
        int best = 1;
        long bestCost = Long.MAX_VALUE;
        int most = maxRows(totalRows, width, maxPixels);
        for (int rows = 1; rows <= most; rows++) {
            long cost = costPixels(totalRows, rows, width, overheadPixels, threads);
            if (cost <= bestCost) {
                bestCost = cost;
                best = rows;
            }
        }
        return new Tiling(best, tiles(totalRows, best), totalRows);
    }

    private static int tiles(int totalRows, int rows) {
        return (totalRows + rows - 1) / rows;
    }

    private static long costPixels(int totalRows, int rows, int width, int overheadPixels, int threads) {
        long turns = ((long) tiles(totalRows, rows) + threads - 1) / threads;
        return turns * ((long) rows * width + overheadPixels);
    }

    /** How long the thread with the most tiles takes, in the time of a pixel. */
    long costPixels(int width, int overheadPixels, int threads) {
        return costPixels(totalRows, rows, width, overheadPixels, threads);
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
