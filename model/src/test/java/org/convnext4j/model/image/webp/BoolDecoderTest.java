package org.convnext4j.model.image.webp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoolDecoderTest {
    private static final int BITS = 20_000;

    @Test
    void readsWhatACoderWrote() throws EOFException {
        Random random = new Random(1);
        int[] probabilities = new int[BITS];
        int[] bits = new int[BITS];
        for (int i = 0; i < BITS; i++) {
            probabilities[i] = random.nextInt(256);
            bits[i] = random.nextInt(256) < probabilities[i] ? 0 : 1;
        }
        byte[] coded = encode(bits, probabilities);
        BoolDecoder decoder = new BoolDecoder(Section.of(coded));
        for (int i = 0; i < BITS; i++) {
            assertEquals(bits[i], decoder.bit(probabilities[i]), "bit " + i);
        }
        BoolDecoder half = new BoolDecoder(Section.of(Arrays.copyOf(coded, coded.length / 2)));
        assertThrows(EOFException.class, () -> {
            for (int probability : probabilities) {
                half.bit(probability);
            }
        });
    }

    /** {@link LossyDecoder} refuses frames with less than 3 bits per macroblock before it allocates their planes. */
    @Test
    void noMacroblockTakesLessThanThreeBits() {
        double subblock = Double.MAX_VALUE;
        int[][] branches = {{0}, {1, 0}, {1, 1, 0}, {1, 1, 1}};
        for (int at = 0; at < SubblockModeProbabilities.TABLE.length; at += 9) {
            for (int[] branch : branches) {
                double cost = 0;
                for (int i = 0; i < branch.length; i++) {
                    cost += leastCost(SubblockModeProbabilities.TABLE[at + i], branch[i]);
                }
                subblock = Math.min(subblock, cost);
            }
        }
        double inSubblocks = leastCost(145, 0) + 16 * subblock;
        double whole = leastCost(145, 1)
                + Math.min(
                        leastCost(156, 0) + Math.min(leastCost(163, 0), leastCost(163, 1)),
                        leastCost(156, 1) + leastCost(128, 0));
        double chroma = Math.min(leastCost(142, 0), leastCost(142, 1) + leastCost(114, 0));
        assertTrue(Math.min(inSubblocks, whole) + chroma > 3.2);
    }

    private static double leastCost(int probability, int bit) {
        double least = Double.MAX_VALUE;
        for (int range = 128; range < 256; range++) {
            int split = 1 + (((range - 1) * probability) >> 8);
            int left = bit == 0 ? split : range - split;
            least = Math.min(least, Math.log((double) range / left) / Math.log(2));
        }
        return least;
    }

    // The coder in exact arithmetic: the low end of the interval as one long number.
    private static byte[] encode(int[] bits, int[] probabilities) {
        BigInteger low = BigInteger.ZERO;
        int range = 255;
        int shifts = 0;
        for (int i = 0; i < bits.length; i++) {
            int split = 1 + (((range - 1) * probabilities[i]) >> 8);
            if (bits[i] == 0) {
                range = split;
            } else {
                low = low.add(BigInteger.valueOf(split));
                range -= split;
            }
            while (range < 128) {
                range <<= 1;
                low = low.shiftLeft(1);
                shifts++;
            }
        }
        // the first byte holds the eight bits that the first decision is made by
        int bytes = (shifts + 8 + 7) / 8;
        byte[] number = low.shiftLeft(8 * bytes - shifts - 8).toByteArray();
        byte[] out = new byte[bytes + 2];
        int length = Math.min(number.length, bytes);
        System.arraycopy(number, number.length - length, out, bytes - length, length);
        return out;
    }
}
