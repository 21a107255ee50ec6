package org.convnext4j.model.roadmap;

/**
 * What each step of a walk may use; the same for all of them, so that they can be compared. The optimizer is AdamW, the
 * learning rate rises over the first tenth of the steps and falls along a cosine.
 *
 * @param epochs passes over the data
 * @param picturesPerEpoch at most so many, others in each epoch; {@link #ALL} for no limit
 * @param batchSize N
 * @param learningRate the highest
 * @param weightDecay of filters and classifier
 * @param side height and width of the pictures, pixels
 * @param seed of everything random
 */
public record RoadmapBudget(
        int epochs, int picturesPerEpoch, int batchSize, double learningRate, double weightDecay, int side, long seed) {
    /** No limit. */
    public static final int ALL = Integer.MAX_VALUE;

    /** Up to this side networks are {@link RoadmapNetwork#forSmallPictures for small pictures}. */
    public static final int SMALL_SIDE = 64;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming what does not fit
     */
    public RoadmapBudget {
        require("epochs", epochs, epochs >= 1);
        require("batchSize", batchSize, batchSize >= 2);
        require("picturesPerEpoch", picturesPerEpoch, picturesPerEpoch >= batchSize);
        require("learningRate", learningRate, learningRate > 0 && Double.isFinite(learningRate));
        require("weightDecay", weightDecay, weightDecay >= 0 && Double.isFinite(weightDecay));
        require("side", side, side >= 16 && side <= 1024);
    }

    private static void require(String name, Number value, boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException(name + " of a walk cannot be " + value
                    + "; epochs are 1 or more, batches 2 pictures or more, sides 16 to 1024 pixels");
        }
    }

    /** The step's network for these pictures. */
    public RoadmapNetwork fit(RoadmapNetwork network) {
        return side <= SMALL_SIDE ? network.forSmallPictures() : network;
    }
}
