package org.convnext4j.model.train;

/** How far the filters of a fresh network are drawn from 0; its classifier is drawn as the paper has it in either case. */
public enum InitialWeights {
    /** A deviation of 0.02 for all, as the released code has it. The blocks say next to nothing for the first epochs. */
    PAPER,
    /**
     * A deviation of 1 / sqrt(inputs of the filter), so that what comes out varies as much as what goes in: the blocks tell
     * pictures apart from the first step on, which short runs need.
     */
    FAN_IN
}
