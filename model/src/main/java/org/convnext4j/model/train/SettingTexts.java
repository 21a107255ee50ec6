package org.convnext4j.model.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the keys of a {@link TrainingConfig} mean; a line for each, in its order. */
final class SettingTexts {
    /** That the paper does not speak of a value. */
    private static final String NOTHING = "";

    static final Map<String, Text> ALL = table(
            text(
                    "seed",
                    "whole number",
                    "From it comes everything random: the first weights, the order, the augmentations",
                    NOTHING),
            text(
                    "batch.size",
                    "pictures",
                    "Pictures of one forward and backward pass; even where Mixup or CutMix is on",
                    "4096 a step; fine-tuning 512 a step"),
            text(
                    "batch.accumulation",
                    "passes",
                    "Passes whose gradients are averaged before a step; 1 steps after every pass",
                    "4096 / batch.size; fine-tuning 512 / batch.size"),
            text(
                    "batch.balance",
                    "",
                    "What is done about classes of few pictures: sampling takes as many of each class in every epoch, loss weighs each picture's loss by its class",
                    NOTHING),
            text(
                    "optimizer.learningRate",
                    "",
                    "The schedule's highest rate, for a step of optimizer.referenceBatch pictures"),
            text(
                    "optimizer.referenceBatch",
                    "pictures a step",
                    "The rate in use is optimizer.learningRate x pictures of a step / this; 0 takes the rate as it is"),
            text(
                    "optimizer.beta1",
                    "0 to below 1",
                    "AdamW: share of the mean gradient (the momentum) that a step keeps"),
            text("optimizer.beta2", "0 to below 1", "AdamW: share of the mean squared gradient that a step keeps"),
            text("optimizer.epsilon", "", "AdamW: added to the root of the mean squared gradient"),
            text(
                    "optimizer.weightDecay",
                    "",
                    "AdamW: what weights lose in a step is this x the rate x themselves; not biases, norms and gammas"),
            text(
                    "optimizer.layerDecay",
                    "above 0, up to 1",
                    "Factor of the rate from one layer group to the one below it; 1 gives all layers one rate"),
            text("optimizer.layerGroups", "", "What counts as a layer group for optimizer.layerDecay", NOTHING),
            text(
                    "optimizer.clipNorm",
                    "norm of all gradients",
                    "Longer gradients are scaled down to this; 0 never clips"),
            text("optimizer.freeze", "", "The last part that keeps its weights, with all below it", NOTHING),
            text("schedule.epochs", "epochs", "Passes over the training pictures"),
            text(
                    "schedule.warmupEpochs",
                    "epochs",
                    "How long the rate rises from 0 to its highest; then it falls along half a cosine"),
            text(
                    "schedule.warmupSteps",
                    "steps",
                    "The same in steps; 0 means that schedule.warmupEpochs counts",
                    NOTHING),
            text("schedule.minLearningRate", "", "Where the cosine ends"),
            text(
                    "schedule.patience",
                    "epochs",
                    "The run ends after so many without a better validation; 0 makes all epochs",
                    NOTHING),
            text(
                    "regularisation.stochasticDepth",
                    "0 to below 1",
                    "Probability that the last block is skipped (drop path); rises linearly from 0 at the first"),
            text(
                    "regularisation.labelSmoothing",
                    "0 to below 1",
                    "Share of the target that is spread over all classes"),
            text(
                    "regularisation.layerScale",
                    "",
                    "What every gamma starts from, from scratch; 0 builds blocks without one"),
            text("regularisation.headInitScale", "", "Factor of a fresh classifier's weights"),
            text(
                    "regularisation.initialWeights",
                    "",
                    "How the filters of a fresh network are drawn: paper with one deviation for all, fan-in by the number of inputs, from which short runs learn faster",
                    NOTHING),
            text(
                    "augmentation.pictureSize",
                    "pixels",
                    "Height and width of the network's input",
                    "224; fine-tuning 224 or 384"),
            text("augmentation.interpolation", "", "Filter of the random crop and of evaluation"),
            text(
                    "augmentation.padding",
                    "pixels",
                    "Border added before a random crop to augmentation.pictureSize, for small pictures; 0 takes the random resized crop instead",
                    NOTHING),
            text("augmentation.cropScaleMin", "share of the area", "Least share of a picture in a random resized crop"),
            text(
                    "augmentation.cropScaleMax",
                    "share of the area",
                    "Largest share of a picture in a random resized crop"),
            text("augmentation.flip", "0 to 1", "Probability that a picture is mirrored"),
            text(
                    "augmentation.randAugment",
                    "none or rand-m9-mstd0.5-inc1",
                    "RandAugment: magnitude m, its deviation mstd, inc1 for operations that grow with it"),
            text("augmentation.erase", "0 to 1", "Probability of random erasing"),
            text("augmentation.mixup", "", "Parameter of Mixup's beta distribution; 0 never mixes"),
            text("augmentation.cutmix", "", "Parameter of CutMix's beta distribution; 0 never cuts"),
            text("augmentation.mixProbability", "0 to 1", "Probability that a batch is mixed or cut at all"),
            text("augmentation.switchProbability", "0 to 1", "Probability of CutMix where both are on"),
            text(
                    "augmentation.evaluationCrop",
                    "share of the side",
                    "What evaluation crops from the resized picture's centre; 1 squashes the whole picture"),
            text(
                    "augmentation.evaluationMode",
                    "",
                    "How evaluation makes a picture square: center crops what is longer, squash does not keep the aspect, auto squashes where augmentation.evaluationCrop is 1",
                    NOTHING),
            text("augmentation.mean", "three numbers, 1 is white", "Mean of red, green and blue, subtracted"),
            text("augmentation.std", "three numbers, 1 is white", "Deviation of red, green and blue, divided by"),
            text(
                    "ema.decay",
                    "0 to below 1",
                    "Share of the weights' average that a step keeps; 0 keeps no average. The average is what is measured and written"),
            text(
                    "ema.warmup",
                    "true or false",
                    "Whether the average keeps less in the first steps, as short runs need",
                    NOTHING),
            text(
                    "checkpoint.everyEpochs",
                    "epochs",
                    "From one checkpoint to the next; 0 saves at no epoch's end",
                    NOTHING),
            text("checkpoint.everySteps", "steps", "From one checkpoint to the next; 0 saves at no step", NOTHING),
            text(
                    "checkpoint.keep",
                    "checkpoints",
                    "How many stay; older ones are deleted when a newer one is complete",
                    NOTHING));

    /**
     * A line.
     *
     * @param unit of the value, or what it may be; found out for lists of choices
     * @param meaning a sentence without its full stop
     * @param paper null where the presets tell
     */
    record Text(
            String key,
            String unit,
            String meaning,
            @Nullable String paper) {}

    private SettingTexts() {}

    private static Text text(String key, String unit, String meaning) {
        return new Text(key, unit, meaning, null);
    }

    private static Text text(String key, String unit, String meaning, String paper) {
        return new Text(key, unit, meaning, paper);
    }

    private static Map<String, Text> table(Text... lines) {
        Map<String, Text> table = new LinkedHashMap<>();
        for (Text line : lines) {
            if (table.put(line.key(), line) != null) {
                throw new IllegalStateException(line.key() + " is explained twice");
            }
        }
        return Collections.unmodifiableMap(table);
    }
}
