package org.convnext4j.model.random;

import java.nio.charset.StandardCharsets;

/**
 * The one seed of a run, from which every random stream follows by name and numbers. A stream depends on nothing else:
 * not on the thread that asks, nor on what was drawn before. So a run gives the same bits with any number of threads,
 * and after it was cut anywhere and resumed.
 *
 * <p>The stream's 64-bit key is {@code h3}, where {@code h0 = mix(seed)}, {@code h1 = mix(h0 ^ fnv(purpose))},
 * {@code h2 = mix(h1 ^ first)}, {@code h3 = mix(h2 ^ second)}; {@code mix} is the step of splitmix64 and {@code fnv}
 * the 64-bit FNV-1a hash of the purpose's UTF-8 bytes.
 *
 * @param seed any number
 */
public record Randomness(long seed) {
    /** What splitmix64 adds to its state at each step. */
    static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /**
     * The stream of a purpose, from its beginning.
     *
     * @param purpose what is drawn, so that two uses with equal numbers are independent
     * @param first usually the epoch
     * @param second usually the sample's index or the batch's number; 0 if there is none
     */
    public RandomStream stream(String purpose, long first, long second) {
        long key = mix(seed);
        key = mix(key ^ fnv(purpose));
        key = mix(key ^ first);
        key = mix(key ^ second);
        return new RandomStream(key);
    }

    /** What splitmix64 gives from this state (reference: Steele, Lea and Flood 2014, as fixed by Vigna). */
    static long mix(long state) {
        long z = state + GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static long fnv(String text) {
        long hash = FNV_OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ Byte.toUnsignedLong(b)) * FNV_PRIME;
        }
        return hash;
    }
}
