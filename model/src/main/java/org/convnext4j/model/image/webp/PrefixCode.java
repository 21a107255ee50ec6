package org.convnext4j.model.image.webp;

import java.io.EOFException;
import java.io.IOException;

/**
 * A canonical prefix code (RFC 9649, 3.7.2.1), decoded by a table of at most 8 bits and, for longer codes, a second one.
 * The tables are no larger than the code needs: one entry for a code of one symbol.
 */
final class PrefixCode {
    /** The longest code. */
    static final int MAX_LENGTH = 15;

    private static final int ROOT_BITS = 8;

    private final int rootBits;
    /**
     * An entry is a symbol above the lowest 4 bits, which say how many bits are consumed. In the root table the length
     * of a code that goes on is that of the longest with this start, and above it is the place of the second table.
     */
    private final int[] table;

    private PrefixCode(int rootBits, int[] table) {
        this.rootBits = rootBits;
        this.table = table;
    }

    /** A code of one symbol, which takes no bits. */
    static PrefixCode single(int symbol) {
        return new PrefixCode(0, new int[] {symbol << 4});
    }

    /** A code of two different symbols, which take one bit each. */
    static PrefixCode pair(int first, int second) {
        return new PrefixCode(1, new int[] {Math.min(first, second) << 4 | 1, Math.max(first, second) << 4 | 1});
    }

    /**
     * The code with these lengths.
     *
     * @param lengths of the symbols' codes, 0 for those without one
     * @param count how many symbols there are
     * @throws IOException unless there is exactly one symbol, or the codes fill the tree
     */
    static PrefixCode of(int[] lengths, int count) throws IOException {
        int[] counts = new int[MAX_LENGTH + 1];
        int any = 0;
        for (int symbol = 0; symbol < count; symbol++) {
            counts[lengths[symbol]]++;
            any = lengths[symbol] > 0 ? symbol : any;
        }
        int longest = MAX_LENGTH;
        while (longest > 0 && counts[longest] == 0) {
            longest--;
        }
        if (longest == 0) {
            throw new IOException("a prefix code without symbols");
        }
        if (counts[0] == count - 1) {
            return single(any);
        }
        int[] next = new int[MAX_LENGTH + 1];
        int code = 0;
        for (int length = 1; length <= longest; length++) {
            next[length] = code;
            code = (code + counts[length]) << 1;
        }
        if (code != 2 << longest) {
            throw new IOException("the lengths of a prefix code do not fill its tree");
        }
        return build(lengths, count, next, longest);
    }

    /** The next symbol. */
    int read(BitReader bits) throws EOFException {
        int window = bits.peek(MAX_LENGTH);
        int entry = table[window & ((1 << rootBits) - 1)];
        int length = entry & 15;
        if (length > rootBits) {
            entry = table[(entry >> 4) + (window >> rootBits & ((1 << (length - rootBits)) - 1))];
            length = entry & 15;
        }
        bits.skip(length);
        return entry >> 4;
    }

    private static PrefixCode build(int[] lengths, int count, int[] next, int longest) {
        int rootBits = Math.min(longest, ROOT_BITS);
        int rootSize = 1 << rootBits;
        int[] starts = new int[count];
        int[] longestFrom = new int[rootSize];
        for (int symbol = 0; symbol < count; symbol++) {
            int length = lengths[symbol];
            if (length > 0) {
                // the first bit of a code is the lowest that is read
                starts[symbol] = Integer.reverse(next[length]++) >>> (32 - length);
                int root = starts[symbol] & (rootSize - 1);
                longestFrom[root] = Math.max(longestFrom[root], length);
            }
        }
        int size = rootSize;
        for (int length : longestFrom) {
            size += length > rootBits ? 1 << (length - rootBits) : 0;
        }
        int[] table = new int[size];
        int at = rootSize;
        for (int root = 0; root < rootSize; root++) {
            int length = longestFrom[root];
            if (length > rootBits) {
                table[root] = at << 4 | length;
                at += 1 << (length - rootBits);
            }
        }
        for (int symbol = 0; symbol < count; symbol++) {
            if (lengths[symbol] > 0) {
                enter(table, rootBits, symbol, lengths[symbol], starts[symbol]);
            }
        }
        return new PrefixCode(rootBits, table);
    }

    private static void enter(int[] table, int rootBits, int symbol, int length, int start) {
        int from = start;
        int to = 1 << rootBits;
        int step = 1 << length;
        if (length > rootBits) {
            int pointer = table[start & (to - 1)];
            int base = pointer >> 4;
            from = base + (start >> rootBits);
            to = base + (1 << ((pointer & 15) - rootBits));
            step = 1 << (length - rootBits);
        }
        for (int at = from; at < to; at += step) {
            table[at] = symbol << 4 | length;
        }
    }
}
