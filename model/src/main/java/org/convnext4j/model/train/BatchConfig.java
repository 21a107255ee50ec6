package org.convnext4j.model.train;

/**
 * How many pictures one step of the optimizer sees, and which.
 *
 * @param size pictures of one forward and backward pass, N
 * @param accumulation passes whose gradients are averaged before each step; 1 steps after every pass
 * @param balance what is done about classes of few pictures
 */
public record BatchConfig(int size, int accumulation, Balance balance) {
    private static final int MOST = 1 << 20;

    /**
     * Of pictures as the data have them.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public BatchConfig(int size, int accumulation) {
        this(size, accumulation, Balance.NONE);
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public BatchConfig {
        Checks.atLeast("batch.size", size, 1, "32 to 128 suits most machines");
        Checks.atLeast("batch.accumulation", accumulation, 1, "1 steps after every pass");
        Checks.require(size <= MOST, "batch.size", size, "at most " + MOST);
        Checks.require(accumulation <= MOST, "batch.accumulation", accumulation, "at most " + MOST);
        Checks.require(
                (long) size * accumulation <= Integer.MAX_VALUE,
                "batch.accumulation",
                accumulation,
                "so small that a step takes at most " + Integer.MAX_VALUE + " pictures");
    }

    /** Pictures of one step: size times accumulation. */
    public long picturesPerStep() {
        return (long) size * accumulation;
    }
}
