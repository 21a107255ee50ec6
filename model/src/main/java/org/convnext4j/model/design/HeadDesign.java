package org.convnext4j.model.design;

import org.convnext4j.model.layers.Pooling;

/**
 * What comes before the classifier.
 *
 * @param norm where its norm stands
 * @param hidden outputs of a linear layer with GELU between the norm and the classifier, as timm's {@code large_mlp} has;
 *     0 for none
 * @param pooling how the map becomes one vector
 */
public record HeadDesign(NormPlace norm, int hidden, Pooling pooling) {
    /** The paper's: mean, norm, classifier. */
    public static final HeadDesign PAPER = new HeadDesign(NormPlace.AFTER_POOLING, 0);

    private static final int MAX_WIDTH = 1 << 24;

    /** Where the last norm stands. */
    public enum NormPlace {
        /** On the pooled channels: the paper's. */
        AFTER_POOLING,
        /** On the map: timm's {@code hnf}, head norm first. */
        BEFORE_POOLING,
        /** Nowhere: networks saved as feature extractors have none. */
        NOWHERE
    }

    /**
     * Checks the width.
     *
     * @throws IllegalArgumentException if it is negative or beyond what any network has
     */
    public HeadDesign {
        if (hidden < 0 || hidden > MAX_WIDTH) {
            throw new IllegalArgumentException(
                    "the head's hidden layer must have 0.." + MAX_WIDTH + " outputs, not " + hidden);
        }
    }

    /** A head that pools as the paper's does. */
    public HeadDesign(NormPlace norm, int hidden) {
        this(norm, hidden, Pooling.AVERAGE);
    }

    /** The same with another pooling. */
    public HeadDesign withPooling(Pooling newPooling) {
        return new HeadDesign(norm, hidden, newPooling);
    }
}
