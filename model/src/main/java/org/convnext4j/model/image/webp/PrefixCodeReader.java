package org.convnext4j.model.image.webp;

import java.io.IOException;
import java.util.Arrays;

/** Reads how prefix codes are coded themselves (RFC 9649, 3.7.2.1). Not thread-safe. */
final class PrefixCodeReader {
    private static final int[] ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    private static final int REPEATS_LAST = 16;
    private static final int[] REPEAT_BITS = {2, 3, 7};
    private static final int[] LEAST_REPEATS = {3, 3, 11};

    private final BitReader bits;
    private final int[] lengths;

    PrefixCodeReader(BitReader bits, int mostSymbols) {
        this.bits = bits;
        this.lengths = new int[mostSymbols];
    }

    /** Reads the code of an alphabet of so many symbols. */
    PrefixCode read(int symbols) throws IOException {
        return bits.flag() ? readSimple(symbols) : readLengths(symbols);
    }

    private PrefixCode readSimple(int symbols) throws IOException {
        boolean two = bits.flag();
        int first = bits.read(bits.flag() ? 8 : 1);
        int second = two ? bits.read(8) : first;
        // libwebp passes over symbols beyond the alphabet
        if (first >= symbols || second >= symbols) {
            if (first >= symbols && second >= symbols) {
                throw new IOException("a symbol beyond its alphabet");
            }
            return PrefixCode.single(Math.min(first, second));
        }
        return first == second ? PrefixCode.single(first) : PrefixCode.pair(first, second);
    }

    private PrefixCode readLengths(int symbols) throws IOException {
        int[] lengthLengths = new int[ORDER.length];
        int count = 4 + bits.read(4);
        if (count > ORDER.length) {
            throw new IOException("too many lengths of code lengths");
        }
        for (int i = 0; i < count; i++) {
            lengthLengths[ORDER[i]] = bits.read(3);
        }
        PrefixCode lengthCode = PrefixCode.of(lengthLengths, ORDER.length);
        int last = 8;
        int symbol = 0;
        for (int left = readCount(symbols); symbol < symbols && left > 0; left--) {
            int length = lengthCode.read(bits);
            if (length < REPEATS_LAST) {
                lengths[symbol++] = length;
                last = length == 0 ? last : length;
                continue;
            }
            int kind = length - REPEATS_LAST;
            int repeats = LEAST_REPEATS[kind] + bits.read(REPEAT_BITS[kind]);
            if (repeats > symbols - symbol) {
                throw new IOException("more code lengths than symbols");
            }
            Arrays.fill(lengths, symbol, symbol + repeats, kind == 0 ? last : 0);
            symbol += repeats;
        }
        // time in proportion to what was stored, not to the alphabet
        return PrefixCode.of(lengths, symbol);
    }

    // How many code lengths are stored.
    private int readCount(int symbols) throws IOException {
        if (!bits.flag()) {
            return symbols;
        }
        int stored = 2 + bits.read(2 + 2 * bits.read(3));
        if (stored > symbols) {
            throw new IOException("more code lengths than symbols");
        }
        return stored;
    }
}
