package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.Wording;

/**
 * All values of a run but its data and its network. Keys are the names of the components, such as {@code
 * optimizer.learningRate}.
 *
 * @param seed from which everything random comes
 * @param batch pictures per pass and per step
 * @param optimizer AdamW and what it moves
 * @param schedule epochs and learning rate
 * @param regularisation stochastic depth, smoothing and the start
 * @param augmentation what is done to the pictures
 * @param ema average of the weights
 * @param checkpoint when the run saves itself
 */
public record TrainingConfig(
        long seed,
        BatchConfig batch,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        RegularisationConfig regularisation,
        AugmentationConfig augmentation,
        EmaConfig ema,
        CheckpointConfig checkpoint) {
    /** What changes neither the weights of a step nor the steps there are, but for the last. */
    private static final List<String> HARMLESS = List.of("checkpoint.", "schedule.patience:");

    /**
     * Checks what the groups cannot see alone.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public TrainingConfig {
        Checks.require(
                !augmentation.mixes() || batch.size() % 2 == 0,
                "batch.size",
                batch.size(),
                "even, because augmentation.mixup and augmentation.cutmix pair the pictures of a batch; set both to 0 or"
                        + " change the size");
        double peak = peak(optimizer, batch);
        Checks.require(
                Double.isFinite(peak),
                "optimizer.learningRate",
                optimizer.learningRate(),
                "so small that the rate in use is finite; try 0.001");
        Checks.require(
                schedule.minLearningRate() <= peak,
                "schedule.minLearningRate",
                schedule.minLearningRate(),
                "at most the learning rate in use, " + peak);
    }

    /** The schedule's peak for this batch: the optimizer's rate, scaled where it names a reference batch. */
    public double peakLearningRate() {
        return peak(optimizer, batch);
    }

    /**
     * Checks that a network can be trained with these values.
     *
     * @throws TrainingException naming the key and the mend
     */
    public void requireFits(ConvNeXtConfig network) {
        requireTrainable(network);
        RunFolder.layout(network);
        int size = augmentation.pictureSize();
        if (size < network.minimumSide()) {
            throw new TrainingException("augmentation.pictureSize is " + size + ", but " + network.name()
                    + " with patches of " + network.patchSize() + " needs at least " + network.minimumSide()
                    + "; raise it or take a network with smaller patches");
        }
        if (network.inChannels() != augmentation.mean().size()) {
            throw new TrainingException(network.name() + " takes " + Wording.count(network.inChannels(), "channel")
                    + ", but pictures are read as RGB; take one with 3");
        }
    }

    /**
     * Checks that a network is a classifier.
     *
     * @throws TrainingException if it is not
     */
    static void requireTrainable(ConvNeXtConfig network) {
        if (network.classes() == 0) {
            throw new TrainingException(network.name()
                    + " without a classifier cannot be trained, since there is nothing to learn; give it one");
        }
    }

    private static double peak(OptimizerConfig optimizer, BatchConfig batch) {
        return optimizer.referenceBatch() == 0
                ? optimizer.learningRate()
                : optimizer.learningRate() * batch.picturesPerStep() / optimizer.referenceBatch();
    }

    /**
     * This configuration with single values replaced.
     *
     * @param assignments each {@code key=value}; the key is the whole one or, where it is the only one of that name and
     *     could mean no other ({@code size}), its last part; of two for one key the later counts
     * @throws SettingException naming the assignment, if it has no key of this name (what other libraries call {@code lr}
     *     or {@code weight_decay}, or the nearest, is named), or a value of another kind or out of range
     */
    public TrainingConfig with(List<String> assignments) {
        return Overrides.NONE.with(assignments, this).apply(this);
    }

    /**
     * This configuration with the values of a JSON file, which may have any part of the keys.
     *
     * @throws TrainingException naming file and key, if the file cannot be read, is no JSON object, has an unknown key
     *     (what it may mean is named), or a value of another kind or out of range
     */
    public TrainingConfig withFile(Path file) {
        return ConfigTree.read(file.toString(), TrainingJson.read(file), this);
    }

    /** All values as a JSON object, from which {@link #fromJson} makes an equal configuration. */
    public String toJson() {
        return TrainingJson.pretty(ConfigTree.write(this));
    }

    /**
     * This configuration with the values of a JSON object, which may have any part of the keys.
     *
     * @param source what messages call it
     * @throws TrainingException as {@link #withFile}
     */
    public TrainingConfig withJson(String source, String json) {
        return ConfigTree.read(source, TrainingJson.parse(source, json), this);
    }

    /**
     * A configuration from a JSON object that has all keys.
     *
     * @param source what messages call it
     * @throws TrainingException as {@link #withFile}, or naming a key that is missing
     */
    public static TrainingConfig fromJson(String source, String json) {
        return fromTree(source, TrainingJson.parse(source, json));
    }

    static TrainingConfig fromTree(String source, JsonNode tree) {
        TrainingConfig base = TrainingPreset.of("tiny-1k").config();
        ConfigTree.requireComplete(source, tree, base);
        return ConfigTree.read(source, FormerKeys.filled(tree), base);
    }

    /**
     * Where two configurations differ, each {@code key: value -> other value}. Checkpoint policies and the patience are
     * left out, because they do not change what a run computes.
     */
    public List<String> differences(TrainingConfig other) {
        return ConfigTree.differences(ConfigTree.write(this), ConfigTree.write(other)).stream()
                .filter(line -> HARMLESS.stream().noneMatch(line::startsWith))
                .toList();
    }
}
