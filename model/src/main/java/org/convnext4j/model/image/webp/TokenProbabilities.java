package org.convnext4j.model.image.webp;

import java.io.EOFException;

/** The probabilities of coefficient tokens in one frame: the defaults with the frame's changes (RFC 6386, 13.4). */
final class TokenProbabilities {
    /** Numbers per context. */
    static final int CONTEXT_STRIDE = 11;
    /** Numbers per band, which has three contexts. */
    static final int BAND_STRIDE = 3 * CONTEXT_STRIDE;
    /** Numbers per block type, which has eight bands. */
    static final int TYPE_STRIDE = 8 * BAND_STRIDE;

    private TokenProbabilities() {}

    static int[] read(BoolDecoder bits) throws EOFException {
        int[] table = DefaultTokenProbabilities.TABLE.clone();
        for (int i = 0; i < table.length; i++) {
            if (bits.bit(TokenUpdateProbabilities.TABLE[i]) != 0) {
                table[i] = bits.number(8);
            }
        }
        return table;
    }
}
