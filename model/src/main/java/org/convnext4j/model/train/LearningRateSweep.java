package org.convnext4j.model.train;

/**
 * The rates that are tried: each so many times the one before.
 *
 * @param least the first, as a value of {@code optimizer.learningRate}
 * @param most the last, where the loss does not diverge before
 * @param steps how many
 */
public record LearningRateSweep(double least, double most, int steps) {
    /** From 1e-7 to 10 in 100 steps. */
    public static final LearningRateSweep DEFAULT = new LearningRateSweep(1e-7, 10, 100);

    private static final int FEWEST = 10;
    private static final int MOST = 100_000;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the rates do not rise or there are too few steps for a curve
     */
    public LearningRateSweep {
        Checks.positive("the least learning rate", least, "try 1e-7");
        Checks.positive("the highest learning rate", most, "try 10");
        Checks.require(least < most, "the least learning rate", least, "below the highest, " + most);
        Checks.require(
                steps >= FEWEST && steps <= MOST, "the number of steps", steps, FEWEST + " to " + MOST + "; try 100");
    }

    /** The same with another number of steps. */
    public LearningRateSweep withSteps(int value) {
        return new LearningRateSweep(least, most, value);
    }

    /**
     * The rate of a step.
     *
     * @param step 0 to {@link #steps} - 1
     */
    public double at(int step) {
        return least * Math.pow(most / least, (double) step / (steps - 1));
    }
}
