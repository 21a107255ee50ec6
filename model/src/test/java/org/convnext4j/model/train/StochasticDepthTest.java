package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StochasticDepthTest {
    /** Blocks 0 to 6 of a rate of 0.5, pictures 0 to 7, seed 5, pass 3; 1 is skipped. From another implementation. */
    private static final int[][] SKIPPED = {
        {0, 0, 0, 0, 0, 0, 0, 0},
        {0, 1, 0, 0, 0, 0, 1, 1},
        {0, 0, 1, 0, 0, 0, 0, 0},
        {0, 1, 0, 0, 1, 0, 1, 0},
        {0, 0, 0, 0, 0, 1, 0, 1},
        {1, 0, 0, 0, 0, 1, 1, 0},
        {0, 1, 0, 0, 0, 1, 1, 0}
    };

    @Test
    void ratesRiseLinearlyOverTheWholeNetwork() {
        StochasticDepth depth = new StochasticDepth(0.4, 18);
        assertEquals(0, depth.rateOf(0));
        assertEquals(0.4 / 17, depth.rateOf(1), 1e-17);
        assertEquals(0.4, depth.rateOf(17), 1e-17);
        assertEquals(0, new StochasticDepth(0.4, 1).rateOf(0));
        assertEquals(1, new StochasticDepth(0.4, 1).scale(1, 2, 0, 3));
        assertThrows(IllegalArgumentException.class, () -> depth.rateOf(18));
        assertThrows(IllegalArgumentException.class, () -> depth.rateOf(-1));
        assertThrows(IllegalArgumentException.class, () -> new StochasticDepth(1, 18));
        assertThrows(IllegalArgumentException.class, () -> new StochasticDepth(0.1, 0));
    }

    @Test
    void decisionsAreTheSpecifiedHash() {
        StochasticDepth depth = new StochasticDepth(0.5, 7);
        for (int block = 0; block < 7; block++) {
            float[] scales = new float[8];
            depth.scales(5, 3, block, scales);
            for (int sample = 0; sample < 8; sample++) {
                float kept = (float) (1 / (1 - 0.5 * block / 6));
                assertEquals(SKIPPED[block][sample] == 1 ? 0 : kept, scales[sample], "block " + block);
            }
        }
    }

    /** The mean of the factors is 1 and the share of skipped ones the rate, within five deviations. */
    @Test
    void sharesAreTheRates() {
        StochasticDepth depth = new StochasticDepth(0.8, 5);
        int draws = 40_000;
        for (int block = 0; block < 5; block++) {
            double rate = depth.rateOf(block);
            int skipped = 0;
            double sum = 0;
            for (int i = 0; i < draws; i++) {
                float scale = depth.scale(11, i / 100, block, i % 100);
                skipped += scale == 0 ? 1 : 0;
                sum += scale;
            }
            double deviation = Math.sqrt(rate * (1 - rate) / draws);
            assertEquals(rate, (double) skipped / draws, 5 * deviation, "block " + block);
            assertEquals(1, sum / draws, 5 * deviation / (1 - rate) + 1e-7, "block " + block);
        }
    }

    /** Agreement of two streams of fair coins is itself a fair coin, within five deviations. */
    @Test
    void seedsPassesBlocksAndSamplesAreIndependent() {
        StochasticDepth depth = new StochasticDepth(0.5, 2);
        int draws = 10_000;
        int[] agree = new int[3];
        for (int i = 0; i < draws; i++) {
            float scale = depth.scale(1, i, 1, 0);
            agree[0] += scale == depth.scale(2, i, 1, 0) ? 1 : 0;
            agree[1] += scale == depth.scale(1, i + 1, 1, 0) ? 1 : 0;
            agree[2] += scale == depth.scale(1, i, 1, 1) ? 1 : 0;
        }
        for (int count : agree) {
            assertEquals(0.5, (double) count / draws, 5 * 0.5 / Math.sqrt(draws));
        }
        float[] all = new float[64];
        depth.scales(9, 4, 1, all);
        float[] backwards = new float[64];
        for (int sample = 63; sample >= 0; sample--) {
            backwards[sample] = depth.scale(9, 4, 1, sample);
        }
        assertArrayEquals(all, backwards);
        assertTrue(depth.scale(0, 0, 0, 0) == 1);
    }
}
