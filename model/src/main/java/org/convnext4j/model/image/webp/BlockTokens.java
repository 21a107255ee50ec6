package org.convnext4j.model.image.webp;

import static org.convnext4j.model.image.webp.TokenProbabilities.BAND_STRIDE;
import static org.convnext4j.model.image.webp.TokenProbabilities.CONTEXT_STRIDE;

import java.io.EOFException;

/** Reads the coefficients of blocks of 4 x 4 (RFC 6386, 13). */
final class BlockTokens {
    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
    // the seventeenth is looked up after the last coefficient and not used
    private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
    private static final int[][] CATEGORY_BITS = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    private final int[] probabilities;
    private final short[] out;

    /**
     * A reader for one frame.
     *
     * @param probabilities as {@link DefaultTokenProbabilities#TABLE}
     * @param out takes the coefficients of blocks, each in raster order; zeros are not written
     */
    BlockTokens(int[] probabilities, short[] out) {
        this.probabilities = probabilities;
        this.out = out;
    }

    /**
     * Reads a block.
     *
     * @param type where the numbers of the block's type begin
     * @param context how many of the blocks above and on the left have coefficients
     * @param first the first coefficient that is coded, 0 or 1
     * @param dc the multiplier of the first coefficient
     * @param ac the multiplier of the others
     * @param at where the block's coefficients begin
     * @return the place after the last coefficient that was coded, in the order of coding; {@code first} if none was
     */
    int read(BoolDecoder bits, int type, int context, int first, int dc, int ac, int at) throws EOFException {
        int n = first;
        int p = type + BANDS[n] * BAND_STRIDE + context * CONTEXT_STRIDE;
        while (n < 16) {
            if (bits.bit(probabilities[p]) == 0) {
                return n;
            }
            while (bits.bit(probabilities[p + 1]) == 0) {
                p = type + BANDS[++n] * BAND_STRIDE;
                if (n == 16) {
                    return 16;
                }
            }
            int next = type + BANDS[n + 1] * BAND_STRIDE;
            int value;
            if (bits.bit(probabilities[p + 2]) == 0) {
                value = 1;
                p = next + CONTEXT_STRIDE;
            } else {
                value = large(bits, p);
                p = next + 2 * CONTEXT_STRIDE;
            }
            int signed = bits.bit(128) == 0 ? value : -value;
            out[at + ZIGZAG[n]] = (short) (signed * (n == 0 ? dc : ac));
            n++;
        }
        return 16;
    }

    private int large(BoolDecoder bits, int p) throws EOFException {
        if (bits.bit(probabilities[p + 3]) == 0) {
            if (bits.bit(probabilities[p + 4]) == 0) {
                return 2;
            }
            return 3 + bits.bit(probabilities[p + 5]);
        }
        if (bits.bit(probabilities[p + 6]) == 0) {
            if (bits.bit(probabilities[p + 7]) == 0) {
                return 5 + bits.bit(159);
            }
            int high = bits.bit(165);
            return 7 + 2 * high + bits.bit(145);
        }
        int half = bits.bit(probabilities[p + 8]);
        int category = 2 * half + bits.bit(probabilities[p + 9 + half]);
        int extra = 0;
        for (int probability : CATEGORY_BITS[category]) {
            extra = 2 * extra + bits.bit(probability);
        }
        return 3 + (8 << category) + extra;
    }
}
