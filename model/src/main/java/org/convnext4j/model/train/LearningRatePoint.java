package org.convnext4j.model.train;

/**
 * One step of a {@link LearningRateFinder}.
 *
 * @param rate as a value of {@code optimizer.learningRate}
 * @param loss the mean of the step's pictures, before it was made; perhaps not finite in the last
 */
public record LearningRatePoint(double rate, double loss) {}
