package org.convnext4j.model;

/** How a class's probability follows from the logits. */
public enum Probability {
    /** {@code exp(logit) / sum of exp(logits)}: a picture shows one of the classes; the probabilities sum up to 1. */
    SOFTMAX,
    /**
     * {@code 1 / (1 + exp(-logit))}, each class for itself: a picture may show several of the classes or none, or there is
     * one class alone.
     */
    SIGMOID;

    /**
     * The probabilities of all classes.
     *
     * @param logits (K), finite
     * @return (K), each 0 to 1
     */
    public float[] of(float[] logits) {
        double max = 0;
        double sum = 0;
        if (this == SOFTMAX) {
            max = Double.NEGATIVE_INFINITY;
            for (float logit : logits) {
                max = Math.max(max, logit);
            }
            for (float logit : logits) {
                sum += Math.exp(logit - max);
            }
        }
        float[] probabilities = new float[logits.length];
        for (int k = 0; k < logits.length; k++) {
            probabilities[k] = (float)
                    (this == SOFTMAX ? Math.exp(logits[k] - max) / sum : 1 / (1 + Math.exp(-(double) logits[k])));
        }
        return probabilities;
    }
}
