package org.convnext4j.model.train;

/**
 * What keeps a network from learning its data by heart, and how it starts.
 *
 * @param stochasticDepth probability that the last block is skipped; rises linearly from 0 at the first
 * @param labelSmoothing weight of the uniform distribution in the targets
 * @param layerScale what every gamma starts from; 0 builds blocks without one
 * @param headInitScale factor of a fresh classifier's weights and bias
 * @param initialWeights how the filters of a fresh network are drawn
 */
public record RegularisationConfig(
        double stochasticDepth,
        double labelSmoothing,
        double layerScale,
        double headInitScale,
        InitialWeights initialWeights) {
    /** With the paper's initial weights. */
    public RegularisationConfig(
            double stochasticDepth, double labelSmoothing, double layerScale, double headInitScale) {
        this(stochasticDepth, labelSmoothing, layerScale, headInitScale, InitialWeights.PAPER);
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public RegularisationConfig {
        Checks.belowOne("regularisation.stochasticDepth", stochasticDepth, "0 skips no block");
        Checks.belowOne("regularisation.labelSmoothing", labelSmoothing, "the paper takes 0.1");
        Checks.notNegative("regularisation.layerScale", layerScale, "the paper takes 1e-6, small data want 0.1");
        Checks.notNegative("regularisation.headInitScale", headInitScale, "1 leaves the head as it is drawn");
    }
}
