package org.convnext4j.model.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BlockTilingTest {
    /** ConvNeXt-Large's third stage, in panels of 64 outputs. */
    private static final BlockTiling LARGE = new BlockTiling(768, 3072, 48, 12);

    @Test
    void fewPixelsWithManyWeightsShareTheOutputs() {
        assertTrue(LARGE.sharesOutputs(14, 14, 2));
        assertTrue(new BlockTiling(1536, 6144, 96, 24).sharesOutputs(7, 7, 2));
    }

    @Test
    void oneThreadHasNobodyToShareWith() {
        assertFalse(LARGE.sharesOutputs(14, 14, 1));
    }

    @Test
    void manyPixelsAreCutIntoTiles() {
        assertFalse(LARGE.sharesOutputs(28, 28, 2));
        assertFalse(new BlockTiling(96, 384, 6, 2).sharesOutputs(56, 56, 2));
    }

    /** With one panel for each of few threads the others would watch. */
    @Test
    void fewPanelsAreNotSharedAmongManyThreads() {
        assertFalse(new BlockTiling(768, 3072, 4, 1).sharesOutputs(14, 14, 14));
    }

    @ParameterizedTest
    @CsvSource({"14, 14, 1", "14, 14, 2", "112, 14, 2", "7, 7, 3", "13, 11, 2", "1, 1, 4", "3, 400, 2"})
    void tilesCoverEveryRowOnceWithinTheirRoom(int rows, int width, int threads) {
        for (int channels : new int[] {96, 384, 768, 2048}) {
            BlockTiling tiling = new BlockTiling(channels, 4 * channels, 8, 2);
            Tiling tiles = tiling.tiles(rows, width, threads);
            int next = 0;
            for (int tile = 0; tile < tiles.tiles(); tile++) {
                assertEquals(next, tiles.rowBegin(tile));
                next = tiles.rowEnd(tile);
                assertTrue((next - tiles.rowBegin(tile)) * width <= tiling.tilePixels(rows, width));
            }
            assertEquals(rows, next);
        }
    }
}
