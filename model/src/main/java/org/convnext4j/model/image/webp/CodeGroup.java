package org.convnext4j.model.image.webp;

import java.io.IOException;

/**
 * The five codes that a part of a picture is coded with (RFC 9649, 3.7.2).
 *
 * @param green of green samples, lengths of copies and places in the cache
 * @param red of red samples
 * @param blue of blue samples
 * @param alpha of alpha samples
 * @param distance of distances of copies
 */
record CodeGroup(PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {
    /** How many literals an alphabet has. */
    static final int LITERALS = 256;
    /** Where the places in the cache begin in the first alphabet. */
    static final int FIRST_CACHE_SYMBOL = LITERALS + 24;

    private static final int DISTANCES = 40;

    static CodeGroup read(PrefixCodeReader codes, int cacheSize) throws IOException {
        return new CodeGroup(
                codes.read(FIRST_CACHE_SYMBOL + cacheSize),
                codes.read(LITERALS),
                codes.read(LITERALS),
                codes.read(LITERALS),
                codes.read(DISTANCES));
    }
}
