package org.convnext4j.model.train;

import java.util.List;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.image.Interpolation;

/**
 * Recipes for data sets that are far smaller than ImageNet. The paper has none, and its own values train badly there:
 * with a layer scale of 1e-6 the blocks say nothing for most of a short run, an average with a decay of 0.9999 is still
 * made of the first weights, and a stem of 4x4 patches, a stride of 32 over all, leaves nothing of 28x28 pixels. So here gamma starts at 0.1, the average warms up, and the stem's patches are 2x2. The other
 * values are customary ones, not tuned.
 */
final class SmallRecipes {
    private static final List<Integer> DEPTHS = List.of(2, 2, 4, 2);
    private static final List<Integer> DIMS = List.of(32, 64, 128, 192);

    private SmallRecipes() {}

    static List<TrainingPreset> all() {
        return List.of(fashionMnist(), cifar(), SmallFolder.preset(), fineTune());
    }

    private static TrainingPreset fashionMnist() {
        AugmentationConfig augmentation = new AugmentationConfig(
                28,
                Interpolation.BICUBIC,
                2,
                0.08,
                1,
                0.5,
                AugmentationConfig.NONE,
                0.25,
                0,
                0,
                1,
                0.5,
                1,
                EvaluationMode.AUTO,
                // of the 60,000 training pictures
                List.of(0.286, 0.286, 0.286),
                List.of(0.353, 0.353, 0.353));
        return new TrainingPreset(
                "fashion-mnist",
                "1.4 million parameters from scratch on Fashion-MNIST or data like it, 28 px",
                Optional.of(network()),
                small(40, 0.1, augmentation));
    }

    static TrainingPreset cifar() {
        AugmentationConfig augmentation = new AugmentationConfig(
                32,
                Interpolation.BICUBIC,
                4,
                0.08,
                1,
                0.5,
                "rand-m9-mstd0.5-inc1",
                0.25,
                0,
                1,
                0.5,
                1,
                1,
                EvaluationMode.AUTO,
                // of the 50,000 training pictures of CIFAR-10
                List.of(0.4914, 0.4822, 0.4465),
                List.of(0.247, 0.2435, 0.2616));
        return new TrainingPreset(
                "cifar",
                "1.4 million parameters from scratch on CIFAR-10 or data like it, 32 px",
                Optional.of(network()),
                small(100, 0.1, augmentation));
    }

    /** The paper's fine-tuning with small steps, so that a few hundred pictures make enough of them. */
    private static TrainingPreset fineTune() {
        AugmentationConfig paper = PaperRecipes.augmentation(224, 0, 0);
        AugmentationConfig augmentation = new AugmentationConfig(
                paper.pictureSize(),
                paper.interpolation(),
                0,
                0.3,
                1,
                paper.flip(),
                paper.randAugment(),
                0,
                0,
                0,
                1,
                0.5,
                paper.evaluationCrop(),
                paper.evaluationMode(),
                paper.mean(),
                paper.std());
        TrainingConfig config = new TrainingConfig(
                0,
                new BatchConfig(16, 1),
                PaperRecipes.optimizer(2e-4, 0, 0.05, 0.8),
                new ScheduleConfig(20, 1, 0, 1e-6),
                new RegularisationConfig(0.1, 0.1, 1e-6, 0.001),
                augmentation,
                new EmaConfig(0, true),
                new CheckpointConfig(1, 0, 2));
        return new TrainingPreset(
                "fine-tune", "a given checkpoint on a few pictures per class, 224 px", Optional.empty(), config);
    }

    private static ConvNeXtConfig network() {
        return new ConvNeXtConfig(
                DEPTHS, DIMS, 10, 3, 2, true, ConvNeXtConfig.LAYER_NORM_EPS, ConvNeXtConfig.LAYER_NORM_EPS);
    }

    private static TrainingConfig small(int epochs, double depth, AugmentationConfig augmentation) {
        return new TrainingConfig(
                0,
                new BatchConfig(128, 1),
                PaperRecipes.optimizer(2e-3, 128, 0.05, 1),
                new ScheduleConfig(epochs, 2, 0, 1e-6),
                new RegularisationConfig(depth, 0.1, 0.1, 1),
                augmentation,
                new EmaConfig(0.999, true),
                new CheckpointConfig(1, 0, 3));
    }
}
