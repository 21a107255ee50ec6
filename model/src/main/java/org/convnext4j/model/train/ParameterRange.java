package org.convnext4j.model.train;

/**
 * Neighbouring parameters that the optimizer treats alike, with the padding after each, which is 0 and stays so.
 *
 * @param offsetFloats where it starts in a {@link ParameterBlock}, a multiple of 16
 * @param floats its length, a multiple of 16
 * @param learningRateScale factor of the schedule's rate
 * @param weightDecay decoupled, times the learning rate
 */
public record ParameterRange(long offsetFloats, long floats, double learningRateScale, double weightDecay) {}
