package org.convnext4j.model.random;

/**
 * The one seed of a run, from which every random stream follows by name and numbers. A stream depends on nothing else:
 * not on the thread that asks, nor on what was drawn before. So a run gives the same bits with any number of threads,
 * and after it was cut anywhere and resumed.
 *
 * <p>The stream's 64-bit key is {@code h3}, where {@code h0 = mix(seed)}, {@code h1 = mix(h0 ^ fnv(purpose))},
 * {@code h2 = mix(h1 ^ first)}, {@code h3 = mix(h2 ^ second)}; {@code mix} is {@link SplitMix64#mix} and {@code fnv}
 * {@link SplitMix64#hash}.
 *
 * @param seed any number
 */
public record Randomness(long seed) {
    /**
     * The stream of a purpose, from its beginning.
     *
     * @param purpose what is drawn, so that two uses with equal numbers are independent
     * @param first usually the epoch
     * @param second usually the sample's index or the batch's number; 0 if there is none
     */
    public RandomStream stream(String purpose, long first, long second) {
        long key = SplitMix64.mix(seed);
        key = SplitMix64.mix(key ^ SplitMix64.hash(purpose));
        key = SplitMix64.mix(key ^ first);
        key = SplitMix64.mix(key ^ second);
        return new RandomStream(key);
    }
}
