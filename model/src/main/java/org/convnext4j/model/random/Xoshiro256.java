package org.convnext4j.model.random;

import java.util.function.LongSupplier;

/** The generator xoshiro256** (Blackman and Vigna 2018), with a period of 2^256 - 1. */
final class Xoshiro256 implements LongSupplier {
    private long s0;
    private long s1;
    private long s2;
    private long s3;

    /** The state, not all 0. */
    Xoshiro256(long s0, long s1, long s2, long s3) {
        this.s0 = s0;
        this.s1 = s1;
        this.s2 = s2;
        this.s3 = s3;
    }

    /** The state that splitmix64 gives from this key. */
    static Xoshiro256 ofKey(long key) {
        SplitMix64 words = new SplitMix64(key);
        return new Xoshiro256(words.nextLong(), words.nextLong(), words.nextLong(), words.nextLong());
    }

    @Override
    public long getAsLong() {
        long result = Long.rotateLeft(s1 * 5, 7) * 9;
        long shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = Long.rotateLeft(s3, 45);
        return result;
    }
}
