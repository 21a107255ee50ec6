package org.convnext4j.model.train;

/**
 * AdamW in double precision, as Loshchilov and Hutter's Decoupled Weight Decay Regularization has it: the decay first,
 * then Adam with both moments corrected for their start from 0.
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the square root of the corrected second moment
 */
record ReferenceAdamW(double beta1, double beta2, double epsilon) {
    static final ReferenceAdamW PAPER = new ReferenceAdamW(0.9, 0.999, 1e-8);

    /**
     * One step.
     *
     * @param p parameters, overwritten
     * @param m first moments, overwritten
     * @param v second moments, overwritten
     * @param g gradients
     * @param t number of this step, from 1
     */
    void step(double[] p, double[] m, double[] v, double[] g, double learningRate, double weightDecay, int t) {
        for (int i = 0; i < p.length; i++) {
            p[i] -= learningRate * weightDecay * p[i];
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            double mean = m[i] / (1 - Math.pow(beta1, t));
            double square = v[i] / (1 - Math.pow(beta2, t));
            p[i] -= learningRate * mean / (Math.sqrt(square) + epsilon);
        }
    }
}
