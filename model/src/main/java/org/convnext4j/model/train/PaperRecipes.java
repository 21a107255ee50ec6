package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.image.Interpolation;

/**
 * The hyper-parameters of the paper's tables 5 (from scratch) and 6 (fine-tuning) and its section 3. The paper's batches
 * are reached by accumulation; a smaller one scales the learning rate.
 */
final class PaperRecipes {
    private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> STD = List.of(0.229, 0.224, 0.225);
    private static final String RAND_AUGMENT = "rand-m9-mstd0.5-inc1";
    private static final int SCRATCH_BATCH = 4096;
    private static final int TUNING_BATCH = 512;
    private static final double EMA_DECAY = 0.9999;
    private static final int CLASSES_1K = 1000;
    private static final int CLASSES_22K = 21841;
    private static final int WARP_FROM_PIXELS = 384;

    /** What stands for a rate where the paper has no such run. */
    private static final double ABSENT = -1;

    /** Stochastic depth of one variant, by the run. */
    private record Rates(double on1k, double on22k, double from22k, double from1kAt384) {
        static Rates of(Variant variant) {
            return switch (variant) {
                case TINY -> new Rates(0.1, 0, 0, ABSENT);
                case SMALL -> new Rates(0.4, 0, 0.1, ABSENT);
                case BASE -> new Rates(0.5, 0.1, 0.2, 0.8);
                case LARGE -> new Rates(0.5, 0.1, 0.3, 0.95);
                case XLARGE -> new Rates(ABSENT, 0.2, 0.4, ABSENT);
            };
        }
    }

    private PaperRecipes() {}

    /** The recipes of all variants. */
    static List<TrainingPreset> all() {
        return Stream.of(Variant.values())
                .flatMap(variant -> of(variant).stream())
                .toList();
    }

    static List<TrainingPreset> of(Variant variant) {
        Rates rates = Rates.of(variant);
        List<TrainingPreset> presets = new ArrayList<>();
        if (rates.on1k() != ABSENT) {
            add(
                    presets,
                    variant,
                    "1k",
                    "from scratch on ImageNet-1K",
                    CLASSES_1K,
                    scratch(300, 20, rates.on1k(), true));
        }
        add(presets, variant, "22k", "from scratch on ImageNet-22K", CLASSES_22K, scratch(90, 5, rates.on22k(), false));
        boolean ema = variant == Variant.XLARGE;
        for (int size : new int[] {224, WARP_FROM_PIXELS}) {
            String end = size == WARP_FROM_PIXELS ? "-384" : "";
            TrainingConfig config = tuning(size, 0.8, rates.from22k(), ema);
            add(presets, variant, "22k-1k" + end, "fine-tuning 22K weights on 1K, " + size + " px", CLASSES_1K, config);
        }
        if (rates.from1kAt384() != ABSENT) {
            TrainingConfig config = tuning(WARP_FROM_PIXELS, 0.7, rates.from1kAt384(), false);
            add(presets, variant, "1k-384", "fine-tuning 1K weights on 1K, 384 px", CLASSES_1K, config);
        }
        return presets;
    }

    private static void add(
            List<TrainingPreset> presets,
            Variant variant,
            String name,
            String what,
            int classes,
            TrainingConfig config) {
        presets.add(new TrainingPreset(
                variant.label() + "-" + name,
                "the paper's " + variant.label() + " " + what,
                Optional.of(ConvNeXtConfig.of(variant).withClasses(classes)),
                config));
    }

    private static TrainingConfig scratch(int epochs, int warmup, double depth, boolean ema) {
        return new TrainingConfig(
                0,
                new BatchConfig(64, SCRATCH_BATCH / 64),
                optimizer(4e-3, SCRATCH_BATCH, 0.05, 1),
                new ScheduleConfig(epochs, warmup, 0, 1e-6),
                new RegularisationConfig(depth, 0.1, 1e-6, 1),
                augmentation(224, 0.8, 1),
                new EmaConfig(ema ? EMA_DECAY : 0, false),
                new CheckpointConfig(1, 0, 3));
    }

    private static TrainingConfig tuning(int size, double layerDecay, double depth, boolean ema) {
        return new TrainingConfig(
                0,
                new BatchConfig(32, TUNING_BATCH / 32),
                optimizer(5e-5, TUNING_BATCH, 1e-8, layerDecay),
                new ScheduleConfig(30, 0, 0, 1e-6),
                new RegularisationConfig(depth, 0.1, 1e-6, 0.001),
                augmentation(size, 0, 0),
                new EmaConfig(ema ? EMA_DECAY : 0, false),
                new CheckpointConfig(1, 0, 3));
    }

    static OptimizerConfig optimizer(double learningRate, int referenceBatch, double weightDecay, double layerDecay) {
        return new OptimizerConfig(
                learningRate,
                referenceBatch,
                0.9,
                0.999,
                1e-8,
                weightDecay,
                layerDecay,
                LayerGroups.GROUPED,
                0,
                Freeze.NONE);
    }

    static AugmentationConfig augmentation(int size, double mixup, double cutmix) {
        return new AugmentationConfig(
                size,
                Interpolation.BICUBIC,
                0,
                0.08,
                1,
                0.5,
                RAND_AUGMENT,
                0.25,
                mixup,
                cutmix,
                1,
                0.5,
                size >= WARP_FROM_PIXELS ? 1 : 0.875,
                EvaluationMode.AUTO,
                MEAN,
                STD);
    }
}
