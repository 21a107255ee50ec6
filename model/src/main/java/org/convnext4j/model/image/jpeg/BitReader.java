package org.convnext4j.model.image.jpeg;

/**
 * The bits of entropy-coded data: 0xff00 stands for 0xff, and at a marker or the end of the file zeros follow. Not
 * thread-safe.
 */
final class BitReader {
    /** After {@link #fill} there are at least so many bits: a code of 17 and a value of 16 and more. */
    private static final int FILLED_BITS = 49;

    private static final int NEEDED_BITS = 34;

    private final byte[] data;
    private int at;
    private boolean ended;
    private long bits;
    private int count;
    private int padding;

    BitReader(byte[] data, int at) {
        this.data = data;
        this.at = at;
    }

    /** The place of the next byte that no bit was taken from: after {@link #overran} or the last MCU, of a marker. */
    int position() {
        return at;
    }

    /** All of the file. */
    byte[] data() {
        return data;
    }

    /** Goes on at another place, with a whole byte. */
    void moveTo(int position) {
        at = position;
        ended = false;
        bits = 0;
        count = 0;
        padding = 0;
    }

    /** Whether more bits were taken than there were before the marker. */
    boolean overran() {
        return padding > count;
    }

    private void fill() {
        while (count < FILLED_BITS) {
            int next = 0;
            if (!ended) {
                next = at < data.length ? data[at] & 0xff : 0xff;
                if (next == 0xff && !skipStuffing()) {
                    ended = true;
                    next = 0;
                } else {
                    at++;
                }
            }
            if (ended) {
                padding += 8;
            }
            bits = bits << 8 | next;
            count += 8;
        }
    }

    // Leaves the place at the zero after 0xff, or where it was.
    private boolean skipStuffing() {
        int ahead = at;
        while (ahead < data.length && data[ahead] == (byte) 0xff) {
            ahead++;
        }
        if (ahead >= data.length || data[ahead] != 0) {
            return false;
        }
        at = ahead;
        return true;
    }

    /** The next symbol; 0 for a code that the table does not have, as libjpeg says. Afterwards 17 bits are there. */
    int symbol(HuffmanTable table) {
        if (count < NEEDED_BITS) {
            fill();
        }
        int entry = table.look[(int) (bits >>> (count - HuffmanTable.LOOK_BITS)) & ((1 << HuffmanTable.LOOK_BITS) - 1)];
        if (entry != 0) {
            count -= entry >> 8;
            return entry & 0xff;
        }
        return longSymbol(table);
    }

    private int longSymbol(HuffmanTable table) {
        int length = HuffmanTable.LOOK_BITS + 1;
        int code = peek(length);
        while (code > table.highest[length]) {
            length++;
            code = peek(length);
        }
        count -= length;
        return length > HuffmanTable.MAX_BITS ? 0 : table.symbol(code, length);
    }

    private int peek(int n) {
        return (int) (bits >>> (count - n)) & ((1 << n) - 1);
    }

    /** A signed value of n bits, 1 to 16, right after a {@link #symbol}: without a leading 1 it is negative. */
    int value(int n) {
        count -= n;
        int raw = (int) (bits >>> count) & ((1 << n) - 1);
        return raw < 1 << (n - 1) ? raw - (1 << n) + 1 : raw;
    }

    /** An unsigned number of n bits, 0 to 16. */
    int number(int n) {
        if (count < NEEDED_BITS) {
            fill();
        }
        count -= n;
        return (int) (bits >>> count) & ((1 << n) - 1);
    }
}
