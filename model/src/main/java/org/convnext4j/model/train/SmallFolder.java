package org.convnext4j.model.train;

import java.util.List;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;

/**
 * The preset {@code small-folder}: from scratch on a folder of tens to some hundred thousand pictures. Size of pictures,
 * steps and epochs follow from the data, so that a run on a few hundred pictures makes enough steps to learn and takes
 * minutes on a few cores. The values are tried on drawn shapes, see docs/training.md; they are no paper's.
 */
final class SmallFolder {
    static final String NAME = "small-folder";

    /** What the preset is for when it is listed: pictures and the side of most. */
    private static final DataSurvey TYPICAL = new DataSurvey(1000, 200, 200, 200, false);

    private static final List<Integer> SIDES = List.of(32, 64, 96, 128, 160, 192, 224);

    /** Steps of a run, unless the data are so many that they make more. */
    private static final long STEPS = 3000;

    /** The share of them in which the learning rate rises. */
    private static final double WARMUP = 0.05;

    private static final int FEWEST_EPOCHS = 20;
    private static final int MOST_EPOCHS = 600;

    /** Checkpoints of a run, however many epochs it has: an epoch of few pictures takes less time than one of these. */
    private static final int CHECKPOINTS = 20;

    private SmallFolder() {}

    /** The preset as it is listed, with a small network. */
    static TrainingPreset preset() {
        ConvNeXtConfig network =
                StartingModel.trained(KnownModel.of("atto").orElseThrow().config());
        return new TrainingPreset(
                NAME,
                "a network from scratch on a folder of tens to some hundred thousand pictures; their size and the"
                        + " number of steps follow from them",
                Optional.of(network),
                config(network, TYPICAL));
    }

    /**
     * The values. What differs from other presets: filters drawn by their inputs and a gamma of 1, without which blocks say
     * too little for a few thousand steps to matter; a rate for small steps; and an average over a short time. The
     * colours change much (RandAugment), because few pictures are soon known by their colours.
     */
    static TrainingConfig config(ConvNeXtConfig network, DataSurvey survey) {
        int batch = batch(survey.pictures());
        TrainingConfig base = SmallRecipes.cifar()
                .config()
                .with(List.of(
                        "regularisation.initialWeights=fan_in",
                        "regularisation.layerScale=1",
                        "regularisation.stochasticDepth=0",
                        "optimizer.learningRate=" + (float) (1e-3 * Math.sqrt(batch / 16.0)),
                        "optimizer.referenceBatch=0",
                        "ema.decay=0.99",
                        "augmentation.padding=0",
                        "augmentation.cropScaleMin=0.5",
                        "augmentation.mean=0.485,0.456,0.406",
                        "augmentation.std=0.229,0.224,0.225",
                        "augmentation.cutmix=0",
                        "augmentation.mixup=0.2",
                        "augmentation.erase=0",
                        "augmentation.pictureSize=" + side(network, survey)));
        return withSteps(base, survey.pictures());
    }

    /** The largest usual side that most pictures have, smaller for few pictures, but not below what the network takes. */
    static int side(ConvNeXtConfig network, DataSurvey survey) {
        long pictures = survey.pictures();
        int most = pictures < 2_000 ? 64 : pictures < 10_000 ? 96 : pictures < 50_000 ? 128 : 224;
        int side = SIDES.get(0);
        for (int usual : SIDES) {
            if (usual <= Math.min(most, survey.median())) {
                side = usual;
            }
        }
        return Math.max(side, network.minimumSide());
    }

    private static int batch(long pictures) {
        return pictures < 64 ? 8 : pictures < 5_000 ? 16 : pictures < 10_000 ? 32 : pictures < 50_000 ? 64 : 128;
    }

    /** The values with steps of a size that suits so many pictures, and epochs for enough steps. */
    static TrainingConfig withSteps(TrainingConfig config, long pictures) {
        int batch = batch(pictures);
        long perEpoch = Math.max(1, pictures / batch);
        long epochs = Math.clamp(Math.ceilDiv(STEPS, perEpoch), FEWEST_EPOCHS, MOST_EPOCHS);
        return config.with(List.of(
                "batch.size=" + batch,
                "schedule.epochs=" + epochs,
                "schedule.warmupEpochs=0",
                "schedule.warmupSteps=" + Math.max(2, Math.round(WARMUP * perEpoch * epochs)),
                "checkpoint.everyEpochs=" + Math.max(1, epochs / CHECKPOINTS)));
    }
}
