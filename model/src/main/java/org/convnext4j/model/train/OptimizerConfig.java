package org.convnext4j.model.train;

/**
 * AdamW and which parameters it moves how far; source: the paper's tables 5 and 6.
 *
 * @param learningRate the schedule's peak, for a step of {@code referenceBatch} pictures
 * @param referenceBatch pictures per step that {@code learningRate} is meant for: the rate in use is scaled by pictures
 *     per step / referenceBatch; 0 takes {@code learningRate} as it is
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the square root of the second moment
 * @param weightDecay decoupled, times the learning rate; only on tensors of two or more dimensions
 * @param layerDecay factor of the learning rate from one layer group to the one below it; 1 gives all the same rate
 * @param layerGroups what counts as a layer group
 * @param clipNorm gradients whose Euclidean norm over all parameters is larger are scaled down to it; 0 never clips
 * @param freeze which parameters keep their values
 */
public record OptimizerConfig(
        double learningRate,
        int referenceBatch,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double layerDecay,
        LayerGroups layerGroups,
        double clipNorm,
        Freeze freeze) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public OptimizerConfig {
        Checks.positive("optimizer.learningRate", learningRate, "try 0.001");
        Checks.atLeast("optimizer.referenceBatch", referenceBatch, 0, "0 takes the learning rate as it is");
        Checks.belowOne("optimizer.beta1", beta1, "the paper takes 0.9");
        Checks.belowOne("optimizer.beta2", beta2, "the paper takes 0.999");
        Checks.positive("optimizer.epsilon", epsilon, "the paper takes 1e-8");
        Checks.notNegative("optimizer.weightDecay", weightDecay, "the paper takes 0.05");
        Checks.require(
                layerDecay > 0 && layerDecay <= 1,
                "optimizer.layerDecay",
                layerDecay,
                "a number above 0 and up to 1; 1 gives all layers one rate");
        Checks.notNegative("optimizer.clipNorm", clipNorm, "0 never clips");
    }
}
