package org.convnext4j.model.image.webp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixCodeTest {
    @Test
    void readsWhatCanonicalCodesWrote() throws IOException {
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            int symbols = 2 + random.nextInt(round % 2 == 0 ? 40 : 2000);
            int[] lengths = fullTree(symbols, random);
            String[] codes = canonical(lengths);
            BitSet bits = new BitSet();
            int[] expected = new int[300];
            int at = 0;
            for (int i = 0; i < expected.length; i++) {
                expected[i] = random.nextInt(symbols);
                for (char bit : codes[expected[i]].toCharArray()) {
                    bits.set(at++, bit == '1');
                }
            }
            bits.set(at);
            BitReader reader = new BitReader(Section.of(bits.toByteArray()));
            PrefixCode code = PrefixCode.of(lengths, symbols);
            for (int symbol : expected) {
                assertEquals(symbol, code.read(reader));
            }
        }
    }

    @Test
    void oneSymbolTakesNoBits() throws IOException {
        BitReader nothing = new BitReader(Section.of(new byte[0]));
        assertEquals(3, PrefixCode.of(new int[] {0, 0, 0, 7, 0}, 5).read(nothing));
        assertEquals(200, PrefixCode.single(200).read(nothing));
        assertThrows(EOFException.class, () -> nothing.read(1));
    }

    @Test
    void treesThatAreNotFullAreRefused() {
        int[][] bad = {{0, 0}, {2, 2}, {1, 1, 1}, {1, 2, 3}, {3, 3, 1, 1}, {15, 1}};
        for (int[] lengths : bad) {
            assertThrows(IOException.class, () -> PrefixCode.of(lengths, lengths.length));
        }
    }

    @Test
    void bitsComeFromTheLowEnd() throws EOFException {
        byte[] data = new byte[100];
        new Random(5).nextBytes(data);
        BitSet bits = BitSet.valueOf(data);
        BitReader reader = new BitReader(Section.of(data));
        int at = 0;
        for (int count = 0; at + count <= 800; count = (count + 5) % 33) {
            int expected = 0;
            for (int i = 0; i < count; i++) {
                expected |= bits.get(at + i) ? 1 << i : 0;
            }
            assertEquals(expected, reader.read(count));
            at += count;
        }
        assertEquals(0, reader.peek(32) >>> (800 - at));
        int left = 800 - at;
        assertThrows(EOFException.class, () -> reader.skip(left + 1));
    }

    /** The codes of near places: each place once, from the nearest to the farthest. */
    @Test
    void nearPlacesAreInTheOrderOfTheirDistance() {
        int width = 1000;
        double last = 0;
        BitSet seen = new BitSet();
        for (int number = 1; number <= 120; number++) {
            int distance = CopyDistances.toPixels(number, width);
            int rows = (distance + width / 2) / width;
            int columns = distance - rows * width;
            double radius = Math.hypot(rows, columns);
            assertTrue(radius >= last && rows < 8 && Math.abs(columns) <= 8, "code " + number);
            assertFalse(seen.get(distance), "code " + number);
            seen.set(distance);
            last = radius;
        }
        assertEquals(1, CopyDistances.toPixels(121, width));
        assertEquals(1, CopyDistances.toPixels(4, 1));
    }

    // Splits leaves of a tree until there are enough.
    private static int[] fullTree(int symbols, Random random) {
        int[] lengths = new int[symbols];
        lengths[0] = 1;
        lengths[1] = 1;
        int count = 2;
        while (count < symbols) {
            int leaf = random.nextInt(random.nextBoolean() ? count : Math.min(count, 5));
            if (lengths[leaf] < PrefixCode.MAX_LENGTH) {
                lengths[leaf]++;
                lengths[count++] = lengths[leaf];
            }
        }
        return lengths;
    }

    private static String[] canonical(int[] lengths) {
        String[] codes = new String[lengths.length];
        int code = 0;
        for (int length = 1; length <= PrefixCode.MAX_LENGTH; length++) {
            for (int symbol = 0; symbol < lengths.length; symbol++) {
                if (lengths[symbol] == length) {
                    String digits = Integer.toBinaryString(code++);
                    codes[symbol] = "0".repeat(length - digits.length()) + digits;
                }
            }
            code <<= 1;
        }
        return codes;
    }
}
