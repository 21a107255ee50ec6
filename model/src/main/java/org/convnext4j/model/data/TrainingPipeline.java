package org.convnext4j.model.data;

import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.augment.Fill;
import org.convnext4j.model.data.augment.HorizontalFlip;
import org.convnext4j.model.data.augment.Mixing;
import org.convnext4j.model.data.augment.Normalisation;
import org.convnext4j.model.data.augment.PadAndCrop;
import org.convnext4j.model.data.augment.RandAugment;
import org.convnext4j.model.data.augment.RandomErasing;
import org.convnext4j.model.data.augment.RandomResizedCrop;
import org.convnext4j.model.data.augment.TrainingCrop;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.Randomness;

/**
 * The augmentations of training, in their order: crop, flip, RandAugment, normalisation, erasing; then, for the batch,
 * mixing. Each draws from a stream of its own, so switching one off leaves the draws of the others as they were.
 *
 * @param size H and W of the network's input, 1..16384
 * @param crop how a picture comes to that size
 * @param flipProbability with which left and right are exchanged, 0 to 1
 * @param randAugment if any; it fills with the normalisation's mean
 * @param normalisation from bytes to floats
 * @param erasing of a rectangle
 * @param mixing of the batch
 * @param smoothing the share of the target that is spread over all classes, 0 to 1; applied here to the soft targets of
 *     mixed batches, otherwise left to the loss
 */
public record TrainingPipeline(
        int size,
        TrainingCrop crop,
        double flipProbability,
        Optional<RandAugment> randAugment,
        Normalisation normalisation,
        RandomErasing erasing,
        Mixing mixing,
        double smoothing)
        implements Pipeline {
    /** Pictures up to this size are padded and cropped instead of resized, as in the paper's code. */
    public static final int SMALL = 32;

    private static final int MAX_SIZE = 1 << 14;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public TrainingPipeline {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("the size must be from 1 to " + MAX_SIZE + " pixels, but is " + size);
        }
        if (!(flipProbability >= 0 && flipProbability <= 1) || !(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException("the flip probability and the smoothing must be from 0 to 1, but are "
                    + flipProbability + " and " + smoothing);
        }
    }

    /** The paper's recipe for ImageNet at this size; up to 32 pixels it pads by 4 and crops. */
    public static TrainingPipeline paper(int size) {
        return new TrainingPipeline(
                size,
                size > SMALL ? RandomResizedCrop.DEFAULT : PadAndCrop.black(4),
                0.5,
                Optional.of(RandAugment.DEFAULT),
                Normalisation.IMAGENET,
                new RandomErasing(0.25),
                Mixing.DEFAULT,
                0.1);
    }

    /** Only flips and windows of the padded picture, for small pictures; no smoothing. */
    public static TrainingPipeline flipAndCrop(int size, int paddingPixels, Normalisation normalisation) {
        return new TrainingPipeline(
                size,
                PadAndCrop.black(paddingPixels),
                0.5,
                Optional.empty(),
                normalisation,
                RandomErasing.NONE,
                Mixing.NONE,
                0);
    }

    /** The same with another size; the crop stays. */
    public TrainingPipeline withSize(int value) {
        return new TrainingPipeline(
                value, crop, flipProbability, randAugment, normalisation, erasing, mixing, smoothing);
    }

    /** The same with another crop. */
    public TrainingPipeline withCrop(TrainingCrop value) {
        return new TrainingPipeline(
                size, value, flipProbability, randAugment, normalisation, erasing, mixing, smoothing);
    }

    /** The same with another probability of a flip. */
    public TrainingPipeline withFlipProbability(double value) {
        return new TrainingPipeline(size, crop, value, randAugment, normalisation, erasing, mixing, smoothing);
    }

    /** The same with another RandAugment, or none. */
    public TrainingPipeline withRandAugment(Optional<RandAugment> value) {
        return new TrainingPipeline(size, crop, flipProbability, value, normalisation, erasing, mixing, smoothing);
    }

    /** The same with another normalisation. */
    public TrainingPipeline withNormalisation(Normalisation value) {
        return new TrainingPipeline(size, crop, flipProbability, randAugment, value, erasing, mixing, smoothing);
    }

    /** The same with another erasing. */
    public TrainingPipeline withErasing(RandomErasing value) {
        return new TrainingPipeline(size, crop, flipProbability, randAugment, normalisation, value, mixing, smoothing);
    }

    /** The same with another mixing. */
    public TrainingPipeline withMixing(Mixing value) {
        return new TrainingPipeline(size, crop, flipProbability, randAugment, normalisation, erasing, value, smoothing);
    }

    /** The same with another smoothing. */
    public TrainingPipeline withSmoothing(double value) {
        return new TrainingPipeline(size, crop, flipProbability, randAugment, normalisation, erasing, mixing, value);
    }

    @Override
    public int height() {
        return size;
    }

    @Override
    public int width() {
        return size;
    }

    @Override
    public void write(RgbImage in, Randomness randomness, int epoch, int index, Tensor batch, int n) {
        RgbImage picture = crop.apply(in, size, randomness.stream("crop", epoch, index));
        if (randomness.stream("flip", epoch, index).chance(flipProbability)) {
            picture = HorizontalFlip.apply(picture);
        }
        if (randAugment.isPresent()) {
            Fill fill = Fill.ofMean(normalisation.mean());
            picture = randAugment.get().apply(picture, fill, randomness.stream("rand-augment", epoch, index));
        }
        normalisation.apply(picture, batch, n);
        if (erasing.probability() > 0) {
            erasing.apply(batch, n, randomness.stream("erase", epoch, index));
        }
    }
}
