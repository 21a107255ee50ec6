package org.convnext4j.model.train;

import org.convnext4j.model.data.Batch;

/** The forward and backward pass of a network, as the trainer sees it. */
interface GradientPass extends AutoCloseable {
    /** Makes the pass of a network; its weights are read from, and its gradients added to, the parameters. */
    interface Factory {
        GradientPass of(Parameters parameters);
    }

    /**
     * Runs one batch.
     *
     * @param batch N pictures with labels or soft targets
     * @param loss what is minimised
     * @param lossScale what the gradients of the mean loss are multiplied by
     * @param depth which blocks are skipped how often
     * @param seed of the run
     * @param pass how many forward passes the run made before
     * @return the mean loss, not scaled
     */
    double accumulate(Batch batch, TrainingLoss loss, double lossScale, StochasticDepth depth, long seed, long pass);

    @Override
    void close();
}
