package org.convnext4j.model.data.augment;

import org.convnext4j.model.random.RandomStream;

/**
 * Mixup and CutMix, one draw for each batch; a sample's partner is the sample as far from the batch's other end
 * (reference: Zhang et al. 2017, Yun et al. 2019, timm 0.3.3's mode "batch").
 *
 * @param mixupAlpha both parameters of mixup's Beta distribution; 0 for no mixup
 * @param cutmixAlpha both parameters of CutMix's Beta distribution; 0 for no CutMix
 * @param probability with which a batch is mixed at all, 0 to 1
 * @param switchProbability with which it is CutMix where both are wanted, 0 to 1
 */
public record Mixing(double mixupAlpha, double cutmixAlpha, double probability, double switchProbability) {
    /** The paper's: Mixup 0.8, CutMix 1, every batch, either equally often. */
    public static final Mixing DEFAULT = new Mixing(0.8, 1, 1, 0.5);

    /** No batch is mixed. */
    public static final Mixing NONE = new Mixing(0, 0, 0, 0);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if an alpha is negative or not finite, or a probability outside 0..1
     */
    public Mixing {
        if (!(mixupAlpha >= 0 && cutmixAlpha >= 0 && Double.isFinite(mixupAlpha + cutmixAlpha))) {
            throw new IllegalArgumentException(
                    "the alphas of mixup and cutmix must be 0 or more, but are " + mixupAlpha + " and " + cutmixAlpha);
        }
        Chances.require("mixing", probability);
        Chances.require("switching to cutmix", switchProbability);
    }

    /** Whether any batch may be mixed. */
    public boolean isActive() {
        return probability > 0 && (mixupAlpha > 0 || cutmixAlpha > 0);
    }

    /**
     * Draws how a batch is mixed: whether, which if both are wanted, lambda and, for CutMix, the box's centre row and
     * column. The box has sqrt(1 - lambda) of the height and width, both truncated, and is clipped to the picture;
     * lambda is then what the box leaves.
     *
     * @param height the pictures' H
     * @param width the pictures' W
     */
    public Mix draw(int height, int width, RandomStream random) {
        if (!isActive() || !random.chance(probability)) {
            return Mix.NONE;
        }
        boolean cut = cutmixAlpha > 0 && (mixupAlpha == 0 || random.chance(switchProbability));
        double alpha = cut ? cutmixAlpha : mixupAlpha;
        double lambda = random.beta(alpha, alpha);
        if (!cut) {
            return Mix.mixup(lambda);
        }
        int centreY = random.integer(height);
        int centreX = random.integer(width);
        return Mix.cutmix(lambda, height, width, centreY, centreX);
    }
}
