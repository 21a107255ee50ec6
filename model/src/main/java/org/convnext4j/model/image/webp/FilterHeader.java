package org.convnext4j.model.image.webp;

import java.io.EOFException;

/**
 * The frame's loop filter (RFC 6386, 9.3 and 9.6).
 *
 * @param simple whether only luma is filtered, by the simple filter
 * @param level 0..63; 0: nothing is filtered, whatever the segments say
 * @param sharpness 0..7
 * @param intraDelta what is added to the level of every macroblock
 * @param subblockDelta what is added to the level of a macroblock that is predicted in 4 x 4 blocks
 */
record FilterHeader(boolean simple, int level, int sharpness, int intraDelta, int subblockDelta) {
    static FilterHeader read(BoolDecoder bits) throws EOFException {
        boolean simple = bits.flag();
        int level = bits.number(6);
        int sharpness = bits.number(3);
        boolean hasDeltas = bits.flag();
        int[] deltas = new int[8];
        if (hasDeltas && bits.flag()) {
            for (int i = 0; i < deltas.length; i++) {
                deltas[i] = bits.optionalSigned(6);
            }
        }
        // the four deltas of reference frames, then those of four kinds of prediction; a key frame uses one of each
        return new FilterHeader(simple, level, sharpness, deltas[0], deltas[4]);
    }

    /** The strength in a segment, for macroblocks predicted as a whole or in 4 x 4 blocks. */
    FilterStrength strength(Segmentation segmentation, int segment, boolean subblocks) {
        int base = segmentation.filterLevel(segment, level);
        return FilterStrength.of(base + intraDelta + (subblocks ? subblockDelta : 0), sharpness);
    }
}
