package org.convnext4j.model.image.jpeg;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The tables that a file has defined so far. Not thread-safe. */
final class Tables {
    private static final int SLOTS = 4;

    private final int[] @Nullable [] quantisation = new int[SLOTS] @Nullable [];
    private final @Nullable HuffmanTable[] dc = new @Nullable HuffmanTable[SLOTS];
    private final @Nullable HuffmanTable[] ac = new @Nullable HuffmanTable[SLOTS];

    /** Reads a segment of quantisation tables, 8 or 16 bits an entry. */
    void readQuantisation(Markers in) throws IOException {
        while (in.left() > 0) {
            int head = in.unsigned();
            int bytes = (head >> 4) == 0 ? 1 : 2;
            in.require(Component.BLOCK_SAMPLES * bytes);
            int[] table = new int[Component.BLOCK_SAMPLES];
            for (int k = 0; k < Component.BLOCK_SAMPLES; k++) {
                table[ZigZag.NATURAL[k]] = bytes == 1 ? in.unsigned() : in.unsignedShort();
            }
            quantisation[slot(head & 15)] = table;
        }
    }

    /** Reads a segment of Huffman tables. */
    void readHuffman(Markers in) throws IOException {
        while (in.left() > 0) {
            in.require(1 + HuffmanTable.MAX_BITS);
            int head = in.unsigned();
            int[] counts = new int[HuffmanTable.MAX_BITS];
            int total = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] = in.unsigned();
                total += counts[i];
            }
            in.require(total);
            byte[] symbols = new byte[total];
            for (int i = 0; i < total; i++) {
                symbols[i] = (byte) in.unsigned();
            }
            if (total > 256 || head >> 4 > 1) {
                throw new IOException("a Huffman table of class " + (head >> 4) + " with " + total + " symbols");
            }
            ((head >> 4) == 0 ? dc : ac)[slot(head & 15)] = new HuffmanTable(counts, symbols);
        }
    }

    /** The factors of this number. */
    int[] quantisation(int number) throws IOException {
        int[] table = quantisation[slot(number)];
        if (table == null) {
            throw new IOException("quantisation table " + number + " is missing");
        }
        return table;
    }

    /** The code of DC differences of this number; the standard one for a missing one where that is allowed. */
    HuffmanTable dc(int number, boolean orStandard) throws IOException {
        if (orStandard) {
            fillIn(dc, true, number);
        }
        HuffmanTable table = huffman(dc, number);
        table.requireDifferences();
        return table;
    }

    /** The code of AC coefficients of this number; the standard one for a missing one where that is allowed. */
    HuffmanTable ac(int number, boolean orStandard) throws IOException {
        if (orStandard) {
            fillIn(ac, false, number);
        }
        return huffman(ac, number);
    }

    private static void fillIn(@Nullable HuffmanTable[] tables, boolean differences, int number) throws IOException {
        if (number < 2 && tables[number] == null) {
            tables[number] = HuffmanTable.standard(differences, number);
        }
    }

    private static HuffmanTable huffman(@Nullable HuffmanTable[] tables, int number) throws IOException {
        HuffmanTable table = tables[slot(number)];
        if (table == null) {
            throw new IOException("Huffman table " + number + " is missing");
        }
        return table;
    }

    private static int slot(int number) throws IOException {
        if (number >= SLOTS) {
            throw new IOException("table number " + number);
        }
        return number;
    }
}
