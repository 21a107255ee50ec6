package org.convnext4j.model.data.augment;

import org.convnext4j.model.random.RandomStream;

/** Streams that give written draws. */
final class Script {
    private Script() {}

    /** A stream whose uniform draws are these, from 0 to below 1, and whose whole numbers are the bound times them. */
    static RandomStream of(double... draws) {
        int[] at = {0};
        // the lowest bit keeps whole numbers clear of the draws that are repeated
        return new RandomStream(() -> (long) (draws[at[0]++] * 0x1p53) << 11 | 0x400);
    }
}
