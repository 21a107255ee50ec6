package org.convnext4j.model.random;

import java.nio.charset.StandardCharsets;

/**
 * The splitmix64 generator: a counter that grows by the golden ratio's odd 64-bit integer, through a mixing function.
 * Specified here, so that a seed gives the same run on every machine and every JDK. Source: Steele, Lea and Flood, Fast
 * Splittable Pseudorandom Number Generators, with the constants of Vigna's splitmix64.c.
 */
public final class SplitMix64 {
    /** What the counter grows by. */
    static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private static final double UNIT = 0x1p-53;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private long state;

    /** The generator whose counter is at the seed. */
    public SplitMix64(long seed) {
        state = seed;
    }

    /** All 64 bits of the next number. */
    public long nextLong() {
        long bits = mix(state);
        state += GOLDEN_GAMMA;
        return bits;
    }

    /** The next number of 0 to below 1, in steps of 2 to the power of -53. */
    public double nextDouble() {
        return unit(nextLong());
    }

    /** The upper 53 bits as a number of 0 to below 1. */
    public static double unit(long bits) {
        return (bits >>> 11) * UNIT;
    }

    /** What the generator gives from this state: the state, with the step, mixed. */
    public static long mix(long state) {
        long z = state + GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** A seed from a seed and any numbers: each is added, with the step, and mixed in turn. */
    public static long derive(long seed, long... numbers) {
        long hash = mix(seed);
        for (long number : numbers) {
            hash = mix(hash + number);
        }
        return hash;
    }

    /** 64-bit FNV-1a of a name's UTF-8 bytes, to tell streams apart. */
    public static long hash(String name) {
        long hash = FNV_OFFSET;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ Byte.toUnsignedLong(b)) * FNV_PRIME;
        }
        return hash;
    }
}
