package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/**
 * How far a float32 kernel may be from the exact result.
 *
 * <p>A float sum of k terms, in any order, with or without FMA, differs from the exact one by at most {@code k u S} to
 * first order, where u = 2^-24 and S is the sum of the terms' magnitudes: each term takes part in at most k roundings.
 * Roundings are not all of one sign: Higham and Mary (2019) show that the error stays below {@code lambda sqrt(k) u S}
 * with a probability of at least {@code 1 - 2 exp(-lambda^2 / 2)}. With lambda = 6 that leaves 3e-8 per element, and the
 * seeds are fixed, so a test that passes once does not fail later by bad luck. The smaller of the two bounds is used. A
 * missing or wrong term is of the order of S / k and stands far above either.
 */
final class Bounds {
    /** Half a unit in the last place of 1: the relative error of one rounding. */
    static final double U = 0x1p-24;

    private static final double LAMBDA = 6;

    /** Roundings besides the sum's: the oracle's own store, and a product without FMA. */
    private static final int EXTRA = 2;

    private Bounds() {}

    /** The relative error, measured by the sum of the magnitudes, of a sum of so many terms. */
    static double sum(int terms) {
        double roundings = terms + EXTRA;
        return U * Math.min(roundings, LAMBDA * Math.sqrt(roundings));
    }

    /**
     * How far GELU may be off at x: four roundings of |x|. {@code x (1 + erf)} cannot do better than some roundings of x
     * itself, because {@code 1 + erf} cancels where x is negative.
     */
    static double gelu(double x) {
        return 4 * U * Math.abs(x) + Float.MIN_VALUE;
    }

    /** Fails unless every element is within its bound. */
    static void assertClose(String what, float[] expected, float[] actual, double[] bounds) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs((double) expected[i] - actual[i]);
            // Negated, so that NaN fails.
            if (!(error <= bounds[i])) {
                fail(what + ": element " + i + " is " + actual[i] + ", expected " + expected[i] + "; error " + error
                        + ", bound " + bounds[i]);
            }
        }
    }

    /** Fails unless every element has the same bits. */
    static void assertSameBits(String what, float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
                fail(what + ": element " + i + " is " + actual[i] + ", not the same as " + expected[i]);
            }
        }
    }
}
