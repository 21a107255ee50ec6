package org.convnext4j.model.train;

import org.convnext4j.model.pass.BranchFactors;
import org.convnext4j.model.random.SplitMix64;

/**
 * Blocks skipped at random while training, per picture. Of N blocks over the whole network block i is skipped with the
 * probability rate i / (N - 1), so the first never and the last with the whole rate; a single block never. A branch that
 * stays is divided by the probability of staying. Source: Huang et al., Deep Networks with Stochastic Depth, in the
 * per-sample form of the paper's code.
 *
 * <p>Each decision is a hash of seed, pass, block and sample, so it does not depend on the order or the thread in which
 * it is made.
 *
 * @param rate of the last block, 0 to below 1
 * @param blocks N, over all stages
 */
public record StochasticDepth(double rate, int blocks) {
    /** Tells these decisions from others that come from the same seed. */
    private static final long STREAM = SplitMix64.hash("stochastic depth");

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the rate is not in its range or there is no block
     */
    public StochasticDepth {
        Checks.belowOne("regularisation.stochasticDepth", rate, "0 skips no block");
        Checks.atLeast("the number of blocks", blocks, 1, "count those of all stages");
    }

    /**
     * The probability that a block is skipped.
     *
     * @param block 0 to N - 1, counted over the whole network
     * @throws IllegalArgumentException if there is no such block
     */
    public double rateOf(int block) {
        if (block < 0 || block >= blocks) {
            throw new IllegalArgumentException("there is no block " + block + " of " + blocks);
        }
        return blocks == 1 ? 0 : rate * block / (blocks - 1);
    }

    /**
     * The factor of a block's branch for one picture: 0 if it is skipped, else 1 / (1 - its rate).
     *
     * @param seed of the run
     * @param pass how many forward passes the run made before, accumulated ones counted
     * @param block 0 to N - 1, counted over the whole network
     * @param sample the picture's place in its batch
     */
    public float scale(long seed, long pass, int block, int sample) {
        double skip = rateOf(block);
        if (skip == 0) {
            return 1;
        }
        double u = SplitMix64.unit(SplitMix64.derive(seed, STREAM, pass, block, sample));
        return u < skip ? 0 : (float) (1 / (1 - skip));
    }

    /** The factors of a block's branch for pictures 0 to {@code scales.length} - 1 of a batch, see {@link #scale}. */
    public void scales(long seed, long pass, int block, float[] scales) {
        for (int sample = 0; sample < scales.length; sample++) {
            scales[sample] = scale(seed, pass, block, sample);
        }
    }

    /**
     * The factors of one forward pass.
     *
     * @param seed of the run
     * @param pass how many forward passes the run made before, accumulated ones counted
     */
    public BranchFactors factors(long seed, long pass) {
        return new BranchFactors() {
            @Override
            public boolean skips(int block) {
                return rateOf(block) > 0;
            }

            @Override
            public float of(int block, int image) {
                return scale(seed, pass, block, image);
            }
        };
    }
}
