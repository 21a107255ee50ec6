package org.convnext4j.engine.kernel.gradient;

/**
 * One step of AdamW (Loshchilov and Hutter, 2019) for one group of parameters.
 *
 * @param learningRate of this step and group, 0 or more
 * @param beta1 decay of the mean of the gradients, in [0, 1)
 * @param beta2 decay of the mean of their squares, in [0, 1)
 * @param epsilon added to the root of the mean square, 0 or more
 * @param weightDecay decoupled: the parameter loses {@code learningRate weightDecay} of itself; 0 or more
 * @param step the number of this step, from 1 on, for the bias correction
 * @param gradientScale what gradients are multiplied by first: less than 1 where they are clipped
 */
public record AdamW(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        long step,
        double gradientScale) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is outside its range or not a number
     */
    public AdamW {
        require("learningRate", learningRate, learningRate >= 0 && Double.isFinite(learningRate));
        require("beta1", beta1, beta1 >= 0 && beta1 < 1);
        require("beta2", beta2, beta2 >= 0 && beta2 < 1);
        require("epsilon", epsilon, epsilon >= 0 && Double.isFinite(epsilon));
        require("weightDecay", weightDecay, weightDecay >= 0 && Double.isFinite(weightDecay));
        require("step", (double) step, step >= 1);
        require("gradientScale", gradientScale, Double.isFinite(gradientScale));
    }

    private static void require(String name, double value, boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException(name + " is " + value + ", outside the range of AdamW");
        }
    }

    /** What the mean of the gradients is multiplied by: the learning rate over {@code 1 - beta1^step}. */
    public double stepSize() {
        return learningRate / (1 - Math.pow(beta1, (double) step));
    }

    /** What the root of the mean square is multiplied by: {@code 1 / sqrt(1 - beta2^step)}. */
    public double rootScale() {
        return 1 / Math.sqrt(1 - Math.pow(beta2, (double) step));
    }

    /** What is left of a parameter: {@code 1 - learningRate weightDecay}. */
    public double keep() {
        return 1 - learningRate * weightDecay;
    }
}
