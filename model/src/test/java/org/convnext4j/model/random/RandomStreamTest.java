package org.convnext4j.model.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    private static final int DRAWS = 200_000;

    @Test
    void splitmixIsTheReference() {
        // the generator's published outputs from seed 0
        long[] expected = {0xe220a8397b1dcdafL, 0x6e789e6aa1b965f4L, 0x06c45d188009454fL, 0xf88bb8a8724c81ecL};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], SplitMix64.mix(i * SplitMix64.GOLDEN_GAMMA));
        }
    }

    @Test
    void xoshiroIsTheReference() {
        // the outputs from the state 1, 2, 3, 4 that other implementations test with
        long[] expected = {11520L, 0L, 1509978240L, 1215971899390074240L, 1216172134540287360L, 607988272756665600L};
        Xoshiro256 generator = new Xoshiro256(1, 2, 3, 4);
        for (long value : expected) {
            assertEquals(value, generator.getAsLong());
        }
    }

    /** Guards the specification: a change here breaks every run that is to be resumed. */
    @Test
    void theSpecificationStays() {
        RandomStream stream = new Randomness(7).stream("crop", 3, 11);
        long key = SplitMix64.mix(7);
        long hash = 0xcbf29ce484222325L;
        for (char c : "crop".toCharArray()) {
            hash = (hash ^ c) * 0x100000001b3L;
        }
        key = SplitMix64.mix(key ^ hash);
        key = SplitMix64.mix(key ^ 3);
        key = SplitMix64.mix(key ^ 11);
        assertEquals(Xoshiro256.ofKey(key).getAsLong(), stream.bits());
        // from an implementation in Python
        RandomStream zero = new RandomStream(0);
        assertEquals(0x99ec5f36cb75f2b4L, zero.bits());
        assertEquals(0xbf6e1f784956452aL, zero.bits());
    }

    @Test
    void streamsDifferInEveryKey() {
        Randomness randomness = new Randomness(1);
        Set<Long> first = new HashSet<>();
        for (int a = 0; a < 100; a++) {
            for (int b = 0; b < 100; b++) {
                first.add(randomness.stream("flip", a, b).bits());
                first.add(randomness.stream("crop", a, b).bits());
                first.add(new Randomness(2).stream("crop", a, b).bits());
            }
        }
        assertEquals(30_000, first.size());
        assertEquals(
                randomness.stream("flip", 5, 6).bits(),
                new Randomness(1).stream("flip", 5, 6).bits());
    }

    /** The first draws of neighbouring samples, which is how streams are used. */
    @Test
    void firstDrawsOfNeighboursAreUniform() {
        Randomness randomness = new Randomness(42);
        int[] counts = new int[16];
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) (randomness.stream("crop", 0, i).uniform() * 16)]++;
        }
        assertTrue(chiSquare(counts) < 45, Arrays.toString(counts)); // 15 degrees of freedom: above by 1 in 10000
    }

    @Test
    void wholeNumbersAreUniform() {
        RandomStream random = new RandomStream(3);
        for (int bound : new int[] {1, 2, 3, 7, 13, 16}) {
            int[] counts = new int[bound];
            for (int i = 0; i < DRAWS; i++) {
                counts[random.integer(bound)]++;
            }
            assertTrue(chiSquare(counts) < 45, bound + ": " + Arrays.toString(counts));
        }
        assertThrows(IllegalArgumentException.class, () -> random.integer(0));
    }

    @Test
    void wholeNumbersAreDrawnAgainWhereTheyWouldBeBiased() {
        long[] script = {0, 1, 1L << 63};
        int[] at = {0};
        RandomStream random = new RandomStream(() -> script[at[0]++]);
        // 0 * 3 has the lower half 0 < 2^64 mod 3 = 1, so it is not used; 1 * 3 is
        assertEquals(0, random.integer(3));
        assertEquals(2, at[0]);
        assertEquals(1, random.integer(3));
    }

    @Test
    void uniformHasItsEnds() {
        assertEquals(0, new RandomStream(() -> 0).uniform());
        assertEquals(1 - 0x1p-53, new RandomStream(() -> -1).uniform());
        RandomStream random = new RandomStream(5);
        for (int i = 0; i < 1000; i++) {
            assertTrue(random.chance(1));
            assertTrue(!random.chance(0));
        }
    }

    @Test
    void gaussiansHaveTheirMoments() {
        RandomStream random = new RandomStream(8);
        double[] moments = moments(random::gaussian, 4);
        // deviations of the mean of x, x^2, x^3, x^4 over n draws: 1, sqrt 2, sqrt 15, sqrt 96, each over sqrt n
        double root = Math.sqrt(DRAWS);
        assertEquals(0, moments[0], 5 / root);
        assertEquals(1, moments[1], 5 * Math.sqrt(2) / root);
        assertEquals(0, moments[2], 5 * Math.sqrt(15) / root);
        assertEquals(3, moments[3], 5 * Math.sqrt(96) / root);
    }

    @Test
    void theFixedGaussianIsThePolarMethods() {
        // x = 0.5, y = 0 as 2 u - 1; both results of one round
        long[] script = {0xc000_0000_0000_0000L, 1L << 63};
        int[] at = {0};
        RandomStream random = new RandomStream(() -> script[at[0]++]);
        assertEquals(0.5 * Math.sqrt(-2 * Math.log(0.25) / 0.25), random.gaussian(), 1e-15);
        assertEquals(0, random.gaussian(), 0);
    }

    @Test
    void betaHasItsMoments() {
        for (double[] ab : new double[][] {{0.8, 0.8}, {1, 1}, {2, 5}, {0.2, 0.2}, {0.1, 3}}) {
            double a = ab[0];
            double b = ab[1];
            RandomStream random = new RandomStream(9);
            double[] moments = moments(() -> random.beta(a, b), 4);
            double expected = 1;
            double[] raw = new double[8];
            for (int k = 0; k < 8; k++) {
                expected *= (a + k) / (a + b + k);
                raw[k] = expected;
            }
            for (int k = 0; k < 4; k++) {
                double deviation = Math.sqrt((raw[2 * k + 1] - raw[k] * raw[k]) / DRAWS);
                assertEquals(raw[k], moments[k], 5 * deviation, "moment " + (k + 1) + " of Beta(" + a + "," + b + ")");
            }
        }
    }

    @Test
    void betaOfTinyParametersIsANumber() {
        RandomStream random = new RandomStream(10);
        int ones = 0;
        for (int i = 0; i < 1000; i++) {
            double value = random.beta(1e-3, 1e-3);
            assertTrue(value >= 0 && value <= 1);
            ones += value > 0.5 ? 1 : 0;
        }
        assertTrue(ones > 400 && ones < 600, "ones: " + ones);
        assertThrows(IllegalArgumentException.class, () -> random.beta(0, 1));
        assertThrows(IllegalArgumentException.class, () -> random.beta(1, Double.NaN));
    }

    @Test
    void permutationsHaveEachOrderEquallyOften() {
        RandomStream random = new RandomStream(11);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++) {
            int[] p = random.permutation(3);
            counts[p[0] * 2 + (p[1] > p[2] ? 1 : 0)]++;
        }
        assertTrue(chiSquare(counts) < 31, Arrays.toString(counts)); // 5 degrees of freedom: above by 1 in 100000
        int[] long1 = new Randomness(1).stream("order", 0, 0).permutation(1009);
        int[] long2 = new Randomness(1).stream("order", 1, 0).permutation(1009);
        assertNotEquals(Arrays.toString(long1), Arrays.toString(long2));
        assertArrayEquals(
                IntStream.range(0, 1009).toArray(),
                Arrays.stream(long1).sorted().toArray());
        assertEquals(0, random.permutation(0).length);
    }

    private static double chiSquare(int[] counts) {
        double expected = Arrays.stream(counts).sum() / (double) counts.length;
        return Arrays.stream(counts)
                .mapToDouble(c -> (c - expected) * (c - expected) / expected)
                .sum();
    }

    private static double[] moments(DoubleSupplier draws, int orders) {
        double[] sums = new double[orders];
        for (int i = 0; i < DRAWS; i++) {
            double value = draws.getAsDouble();
            double power = 1;
            for (int k = 0; k < orders; k++) {
                power *= value;
                sums[k] += power / DRAWS;
            }
        }
        return sums;
    }
}
