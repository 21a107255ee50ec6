package org.convnext4j.model.train;

import java.util.List;
import java.util.regex.Pattern;
import org.convnext4j.model.data.augment.RandAugment;
import org.convnext4j.model.image.Interpolation;

/**
 * What is done to the pictures. The values are checked here and carried out by the data pipeline.
 *
 * @param pictureSize height and width of the network's input, pixels
 * @param interpolation of the random resized crop and of evaluation
 * @param padding pixels added on every side before a random crop to {@code pictureSize}, for small pictures; those of
 *     another size are resized first. 0 takes the random resized crop instead
 * @param cropScaleMin smallest share of the picture's area in a random resized crop
 * @param cropScaleMax largest share
 * @param flip probability of a horizontal flip
 * @param randAugment such as {@code rand-m9-mstd0.5-inc1}, or {@code none}
 * @param erase probability of random erasing
 * @param mixup parameter of Mixup's beta distribution; 0 never mixes
 * @param cutmix parameter of CutMix's beta distribution; 0 never cuts
 * @param mixProbability probability that a batch is mixed or cut at all
 * @param switchProbability probability of CutMix where both are on
 * @param evaluationCrop share of the resized picture's side that evaluation crops from its centre
 * @param evaluationMode whether evaluation keeps the picture's aspect; by default only where it crops
 * @param mean of each channel, subtracted from values of 0 to 1
 * @param std of each channel, divided by
 */
public record AugmentationConfig(
        int pictureSize,
        Interpolation interpolation,
        int padding,
        double cropScaleMin,
        double cropScaleMax,
        double flip,
        String randAugment,
        double erase,
        double mixup,
        double cutmix,
        double mixProbability,
        double switchProbability,
        double evaluationCrop,
        EvaluationMode evaluationMode,
        List<Double> mean,
        List<Double> std) {
    /** What {@code randAugment} says when there is none. */
    public static final String NONE = "none";

    private static final Pattern RAND_AUGMENT = Pattern.compile("none|rand(-[a-z]+[0-9]*(\\.[0-9]+)?)*");
    private static final int MOST_PIXELS = 1 << 14;
    private static final int CHANNELS = 3;

    /** Pictures have values of 0 to 1, and far from those nothing is left of them in float32. */
    private static final double MOST_MEAN = 1000;

    private static final double LEAST_STD = 1e-3;

    /**
     * Checks the ranges and copies the lists.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public AugmentationConfig {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        Checks.require(
                pictureSize >= 1 && pictureSize <= MOST_PIXELS,
                "augmentation.pictureSize",
                pictureSize,
                "a whole number from 1 to " + MOST_PIXELS + "; the paper takes 224");
        Checks.require(
                padding >= 0 && padding <= pictureSize,
                "augmentation.padding",
                padding,
                "a whole number from 0 to augmentation.pictureSize; 0 takes the random resized crop");
        Checks.require(
                cropScaleMin > 0 && cropScaleMin <= cropScaleMax && cropScaleMax <= 1,
                "augmentation.cropScaleMin",
                cropScaleMin + " with augmentation.cropScaleMax " + cropScaleMax,
                "above 0 and at most augmentation.cropScaleMax, which is at most 1");
        Checks.fraction("augmentation.flip", flip, "0 never flips");
        Checks.require(
                RAND_AUGMENT.matcher(randAugment).matches(),
                "augmentation.randAugment",
                "\"" + randAugment + "\"",
                "\"none\" or such as \"rand-m9-mstd0.5-inc1\"");
        Checks.fraction("augmentation.erase", erase, "0 never erases");
        Checks.notNegative("augmentation.mixup", mixup, "0 never mixes");
        Checks.notNegative("augmentation.cutmix", cutmix, "0 never cuts");
        Checks.fraction("augmentation.mixProbability", mixProbability, "0 leaves every batch as it is");
        Checks.fraction("augmentation.switchProbability", switchProbability, "the paper takes 0.5");
        Checks.require(
                evaluationCrop > 0 && evaluationCrop <= 1,
                "augmentation.evaluationCrop",
                evaluationCrop,
                "above 0 and at most 1; the paper takes 0.875");
        Checks.require(
                pictureSize / evaluationCrop <= MOST_PIXELS,
                "augmentation.evaluationCrop",
                evaluationCrop,
                "so large that the resized picture's side is at most " + MOST_PIXELS);
        requireRandAugment(randAugment);
        requireChannels("augmentation.mean", mean, -MOST_MEAN, MOST_MEAN);
        requireChannels("augmentation.std", std, LEAST_STD, MOST_MEAN);
    }

    private static void requireRandAugment(String text) {
        if (!text.equals(NONE)) {
            try {
                RandAugment.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("augmentation.randAugment: " + e.getMessage(), e);
            }
        }
    }

    /** Whether batches are mixed or cut, so that their targets are soft. */
    public boolean mixes() {
        return mixProbability > 0 && (mixup > 0 || cutmix > 0);
    }

    /** Whether evaluation keeps the aspect of pictures, so that it crops what is longer. */
    public boolean keepsAspect() {
        return evaluationMode.keepsAspect(evaluationCrop);
    }

    /** The shorter or both edges before evaluation's crop, pixels. */
    int evaluationEdge() {
        return (int) Math.floor(pictureSize / evaluationCrop);
    }

    private static void requireChannels(String key, List<Double> values, double least, double most) {
        boolean fits = values.size() == CHANNELS;
        for (double value : values) {
            fits &= value >= least && value <= most;
        }
        Checks.require(fits, key, values, "three numbers from " + least + " to " + most);
    }
}
