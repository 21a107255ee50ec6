package org.convnext4j.model;

/**
 * How a map is cut into tiles: whole rows of one picture, a fixed number of them but for the last tile.
 *
 * <p>The number of rows is the one that leaves the team the least work in its longest share, and among those the largest
 * whose tile still has room in the second-level cache: a tile reads all weights of its layers once.
 *
 * @param rows rows of a tile
 * @param perImage tiles of one picture
 * @param tiles tiles of all pictures
 */
record Tiling(int rows, int perImage, int tiles) {
    /**
     * What a tile costs beside its pixels, in pixels: handing it out, and its weights' way through the first-level cache.
     */
    private static final int OVERHEAD_PIXELS = 4;

    /**
     * Cuts {@code n} maps.
     *
     * @param n pictures
     * @param height rows of a map
     * @param width pixels of a row
     * @param maxPixels the most pixels of a tile, but at least one row
     * @param threads how many threads share the tiles
     */
    static Tiling of(int n, int height, int width, int maxPixels, int threads) {
        int best = 1;
        long bestCost = Long.MAX_VALUE;
        int most = Math.clamp(maxPixels / width, 1, height);
        for (int rows = 1; rows <= most; rows++) {
            int perImage = (height + rows - 1) / rows;
            long turns = ((long) n * perImage + threads - 1) / threads;
            long cost = turns * ((long) rows * width + OVERHEAD_PIXELS);
            if (cost <= bestCost) {
                bestCost = cost;
                best = rows;
            }
        }
        int perImage = (height + best - 1) / best;
        return new Tiling(best, perImage, n * perImage);
    }

    /** Which picture tile {@code index} belongs to. */
    int image(int index) {
        return index / perImage;
    }

    /** The first row of tile {@code index}. */
    int rowBegin(int index) {
        return index % perImage * rows;
    }

    /** One past the last row of tile {@code index} of a map with this many rows. */
    int rowEnd(int index, int height) {
        return Math.min(rowBegin(index) + rows, height);
    }
}
