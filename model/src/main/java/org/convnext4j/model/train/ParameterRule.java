package org.convnext4j.model.train;

/**
 * How the optimizer treats one parameter.
 *
 * @param parameter which
 * @param layer its layer group, 0 nearest to the picture; see {@link LayerGroups}
 * @param learningRateScale factor of the schedule's rate
 * @param weightDecay 0 for one-dimensional tensors: biases, LayerNorm and gamma
 * @param frozen whether it keeps its value, in which case the optimizer leaves it out
 */
public record ParameterRule(
        Parameter parameter, int layer, double learningRateScale, double weightDecay, boolean frozen) {}
