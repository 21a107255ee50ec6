package org.convnext4j.model.image.jpeg;

import java.util.Arrays;

/** The order of coefficients in a file. */
final class ZigZag {
    /** A run in damaged data may pass the end by so many. */
    private static final int BEYOND = 16;

    /** By zigzag index, the place in natural (row by row) order; the last place for up to 16 indices too many. */
    static final int[] NATURAL = natural();

    private ZigZag() {}

    private static int[] natural() {
        int[] places = new int[Component.BLOCK_SAMPLES + BEYOND];
        Arrays.fill(places, Component.BLOCK_SAMPLES - 1);
        int at = 0;
        for (int diagonal = 0; diagonal < 2 * Component.BLOCK - 1; diagonal++) {
            int low = Math.max(0, diagonal - Component.BLOCK + 1);
            int high = Math.min(diagonal, Component.BLOCK - 1);
            for (int i = low; i <= high; i++) {
                // up and to the right on even diagonals, down and to the left on odd ones
                int row = (diagonal & 1) == 0 ? diagonal - i : i;
                places[at++] = row * Component.BLOCK + diagonal - row;
            }
        }
        return places;
    }
}
