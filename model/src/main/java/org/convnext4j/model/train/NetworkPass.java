package org.convnext4j.model.train;

import org.convnext4j.model.data.Batch;

/**
 * The passes of a ConvNeXt.
 *
 * @param gradient closed with this
 */
record NetworkPass(NetworkGradient gradient) implements GradientPass {
    @Override
    public double accumulate(
            Batch batch, double smoothing, double lossScale, StochasticDepth depth, long seed, long pass) {
        return gradient.accumulate(batch, smoothing, lossScale, depth, seed, pass);
    }

    @Override
    public void close() {
        gradient.close();
    }
}
