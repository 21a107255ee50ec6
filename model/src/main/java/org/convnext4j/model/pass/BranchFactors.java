package org.convnext4j.model.pass;

/** What the branch of each block is multiplied by in training, for each picture: stochastic depth. */
public interface BranchFactors {
    /** No block is ever skipped. */
    BranchFactors NONE = new BranchFactors() {
        @Override
        public boolean skips(int block) {
            return false;
        }

        @Override
        public float of(int block, int image) {
            return 1;
        }
    };

    /**
     * Whether the block has other factors than 1.
     *
     * @param block 0 to N - 1, counted over the whole network
     */
    boolean skips(int block);

    /**
     * The factor: 0 if the block is skipped, else 1 / (1 - the probability of that).
     *
     * @param block 0 to N - 1, counted over the whole network
     * @param image the picture's place in its batch
     */
    float of(int block, int image);
}
