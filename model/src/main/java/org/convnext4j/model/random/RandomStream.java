package org.convnext4j.model.random;

import java.util.function.LongSupplier;

/**
 * A sequence of random numbers, specified to the bit: xoshiro256** (Blackman and Vigna 2018) whose four words of state
 * are the first four outputs of splitmix64 from the key. Logarithms and powers are those of {@link StrictMath}, so no
 * number depends on the processor or the Java version. Not thread-safe.
 */
public final class RandomStream {
    private static final double UNIT = 0x1p-53;

    private final LongSupplier source;
    private double spareGaussian;
    private boolean hasSpare;

    /** The stream of this key. */
    public RandomStream(long key) {
        this(Xoshiro256.ofKey(key));
    }

    /** A stream over another source of uniform 64-bit numbers. */
    public RandomStream(LongSupplier source) {
        this.source = source;
    }

    /** 64 random bits. */
    public long bits() {
        return source.getAsLong();
    }

    /** At least 0 and below 1, a multiple of 2^-53: the upper 53 of 64 bits. */
    public double uniform() {
        return (bits() >>> 11) * UNIT;
    }

    /** {@code low + (high - low) * uniform()}. */
    public double uniform(double low, double high) {
        return low + (high - low) * uniform();
    }

    /** True with this probability: {@code uniform() < probability}, so never at 0 and always at 1. */
    public boolean chance(double probability) {
        return uniform() < probability;
    }

    /**
     * A whole number from 0 to {@code bound - 1}, each equally likely: the upper half of bits * bound, drawn again where
     * that would favour some (Lemire 2019).
     *
     * @throws IllegalArgumentException if {@code bound} is below 1
     */
    public int integer(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("cannot draw from 0 to " + (bound - 1L) + "; the bound must be above 0");
        }
        long drawn = bits();
        long low = drawn * bound;
        if (Long.compareUnsigned(low, bound) < 0) {
            long excess = Long.remainderUnsigned(-(long) bound, bound);
            while (Long.compareUnsigned(low, excess) < 0) {
                drawn = bits();
                low = drawn * bound;
            }
        }
        return (int) Math.unsignedMultiplyHigh(drawn, bound);
    }

    /** Normal with mean 0 and deviation 1, by Marsaglia's polar method; every second one was kept from the first. */
    public double gaussian() {
        if (hasSpare) {
            hasSpare = false;
            return spareGaussian;
        }
        while (true) {
            double x = 2 * uniform() - 1;
            double y = 2 * uniform() - 1;
            double square = x * x + y * y;
            if (square > 0 && square < 1) {
                double scale = Math.sqrt(-2 * StrictMath.log(square) / square);
                spareGaussian = y * scale;
                hasSpare = true;
                return x * scale;
            }
        }
    }

    /**
     * Beta distributed, from 0 to 1: the share of the first of two gamma variables.
     *
     * @throws IllegalArgumentException if a parameter is not above 0 and finite
     */
    public double beta(double a, double b) {
        if (!(a > 0 && b > 0 && a < Double.POSITIVE_INFINITY && b < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Beta(" + a + ", " + b + ") does not exist; give numbers above 0");
        }
        // in logarithms, because gamma variables of a small parameter underflow
        double first = logGamma(a);
        double second = logGamma(b);
        return 1 / (1 + StrictMath.exp(second - first));
    }

    /** The logarithm of a gamma variable (Marsaglia and Tsang 2000, with their step from a + 1 down to a). */
    private double logGamma(double a) {
        double d = a + 1 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = gaussian();
            double root = 1 + c * x;
            if (root <= 0) {
                continue;
            }
            double v = root * root * root;
            double u = 1 - uniform();
            if (StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                return StrictMath.log(d * v) + StrictMath.log(1 - uniform()) / a;
            }
        }
    }

    /** The numbers 0 to {@code length - 1} in an order of which each is equally likely (Fisher and Yates). */
    public int[] permutation(int length) {
        int[] order = new int[length];
        for (int i = 0; i < length; i++) {
            int j = integer(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
