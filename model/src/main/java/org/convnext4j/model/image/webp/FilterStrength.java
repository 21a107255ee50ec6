package org.convnext4j.model.image.webp;

/**
 * How strongly the edges of a macroblock are smoothed (RFC 6386, 15.2 to 15.4).
 *
 * @param edgeLimit the most that samples beside an edge inside the macroblock may differ; 0: no smoothing at all
 * @param interiorLimit the most that neighbouring samples on one side may differ
 * @param varianceThreshold above which differences on one side count as detail, which is left alone
 */
record FilterStrength(int edgeLimit, int interiorLimit, int varianceThreshold) {
    /** The strength at a level, clamped to 0..63, and a sharpness of 0..7. */
    static FilterStrength of(int unclampedLevel, int sharpness) {
        int level = Math.clamp(unclampedLevel, 0, 63);
        if (level == 0) {
            return new FilterStrength(0, 0, 0);
        }
        int interior = level;
        if (sharpness > 0) {
            interior = Math.min(interior >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
        }
        interior = Math.max(interior, 1);
        int threshold = level >= 40 ? 2 : level >= 15 ? 1 : 0;
        return new FilterStrength(2 * level + interior, interior, threshold);
    }
}
