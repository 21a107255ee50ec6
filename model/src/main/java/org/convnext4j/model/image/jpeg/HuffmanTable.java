package org.convnext4j.model.image.jpeg;

import java.io.IOException;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;

/** A Huffman code, decoded by a table of its short codes and, beyond that, by the highest code of each length. */
final class HuffmanTable {
    static final int LOOK_BITS = 9;
    static final int MAX_BITS = 16;
    /** Higher than any code, so that a search ends at 17 bits. */
    private static final int END = 1 << 20;

    /** By the next 9 bits: length in bits * 256 + symbol; 0 if the code is longer. */
    final short[] look = new short[1 << LOOK_BITS];
    /** By length: the highest code, -1 without one. */
    final int[] highest = new int[MAX_BITS + 2];

    private final int[] offsets = new int[MAX_BITS + 2];
    private final byte[] symbols;

    /**
     * Builds a code.
     *
     * @param counts how many codes there are of each length, from 1 to 16
     * @param symbols in the order of their codes
     * @throws IOException if the lengths are no prefix code
     */
    HuffmanTable(int[] counts, byte[] symbols) throws IOException {
        this.symbols = symbols;
        int code = 0;
        int at = 0;
        for (int length = 1; length <= MAX_BITS; length++) {
            int n = counts[length - 1];
            if (code + n > 1 << length) {
                throw new IOException("a Huffman table has more codes than fit");
            }
            offsets[length] = at - code;
            highest[length] = n == 0 ? -1 : code + n - 1;
            for (int i = 0; i < n; i++, code++, at++) {
                fill(code, length, symbols[at] & 0xff);
            }
            code <<= 1;
        }
        highest[MAX_BITS + 1] = END;
    }

    private void fill(int code, int length, int symbol) {
        if (length <= LOOK_BITS) {
            int first = code << (LOOK_BITS - length);
            for (int i = 0; i < 1 << (LOOK_BITS - length); i++) {
                look[first + i] = (short) (length << 8 | symbol);
            }
        }
    }

    /** The symbol of a code of this length, at most 16. */
    int symbol(int code, int length) {
        return symbols[code + offsets[length]] & 0xff;
    }

    /** For DC differences: a symbol is their number of bits. */
    void requireDifferences() throws IOException {
        for (byte symbol : symbols) {
            if ((symbol & 0xff) > 15) {
                throw new IOException("a Huffman table for DC has the symbol " + (symbol & 0xff));
            }
        }
    }

    /** The tables that Motion JPEG leaves out: number 0 for luminance, 1 for chrominance. */
    static HuffmanTable standard(boolean dc, int number) throws IOException {
        JPEGHuffmanTable table = dc
                ? (number == 0 ? JPEGHuffmanTable.StdDCLuminance : JPEGHuffmanTable.StdDCChrominance)
                : (number == 0 ? JPEGHuffmanTable.StdACLuminance : JPEGHuffmanTable.StdACChrominance);
        int[] counts = new int[MAX_BITS];
        short[] lengths = table.getLengths();
        for (int i = 0; i < lengths.length; i++) {
            counts[i] = lengths[i];
        }
        short[] values = table.getValues();
        byte[] symbols = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            symbols[i] = (byte) values[i];
        }
        return new HuffmanTable(counts, symbols);
    }
}
