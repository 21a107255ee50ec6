package org.convnext4j.model.train;

import java.util.List;
import java.util.Optional;
import org.convnext4j.model.data.EvaluationPipeline;
import org.convnext4j.model.data.TrainingPipeline;
import org.convnext4j.model.data.augment.Mixing;
import org.convnext4j.model.data.augment.Normalisation;
import org.convnext4j.model.data.augment.PadAndCrop;
import org.convnext4j.model.data.augment.RandAugment;
import org.convnext4j.model.data.augment.RandomErasing;
import org.convnext4j.model.data.augment.RandomResizedCrop;
import org.convnext4j.model.data.augment.ResizedPadAndCrop;
import org.convnext4j.model.data.augment.TrainingCrop;
import org.convnext4j.model.image.CropRounding;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.ResizeRule;

/** What a run's values say is done to pictures. */
final class Pipelines {
    private Pipelines() {}

    /**
     * The augmentations of training.
     *
     * @throws TrainingException if {@code augmentation.randAugment} is malformed
     */
    static TrainingPipeline training(TrainingConfig config) {
        AugmentationConfig values = config.augmentation();
        TrainingCrop crop = values.padding() > 0
                ? new ResizedPadAndCrop(
                        PadAndCrop.black(values.padding()), values.keepsAspect(), values.interpolation())
                : new RandomResizedCrop(values.cropScaleMin(), values.cropScaleMax(), values.interpolation());
        Mixing mixing = values.mixes()
                ? new Mixing(values.mixup(), values.cutmix(), values.mixProbability(), values.switchProbability())
                : Mixing.NONE;
        return new TrainingPipeline(
                values.pictureSize(),
                crop,
                values.flip(),
                randAugment(values.randAugment()),
                new Normalisation(floats(values.mean()), floats(values.std())),
                new RandomErasing(values.erase()),
                mixing,
                config.regularisation().labelSmoothing());
    }

    /** The preprocessing of evaluation: the very one that the trained model's {@code config.json} asks for. */
    static EvaluationPipeline evaluation(AugmentationConfig values) {
        int size = values.pictureSize();
        int edge = values.evaluationEdge();
        return new EvaluationPipeline(new Preprocessor(
                values.keepsAspect() ? ResizeRule.shortestEdge(edge) : ResizeRule.squash(edge, edge),
                size,
                size,
                CropRounding.HALF_EVEN,
                values.interpolation(),
                Preprocessor.TO_UNIT,
                floats(values.mean()),
                floats(values.std())));
    }

    private static Optional<RandAugment> randAugment(String text) {
        if (text.equals(AugmentationConfig.NONE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RandAugment.parse(text));
        } catch (IllegalArgumentException e) {
            throw new TrainingException("augmentation.randAugment: " + e.getMessage(), e);
        }
    }

    private static List<Float> floats(List<Double> values) {
        return values.stream().map(Double::floatValue).toList();
    }
}
