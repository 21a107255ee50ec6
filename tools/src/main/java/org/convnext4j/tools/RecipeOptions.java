package org.convnext4j.tools;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.Variant;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.train.BatchConfig;
import org.convnext4j.model.train.Training;
import org.convnext4j.model.train.TrainingConfig;
import org.convnext4j.model.train.TrainingException;
import org.convnext4j.model.train.TrainingPreset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is trained with which values. */
final class RecipeOptions {
    private static final String FINE_TUNE = "fine-tune";
    private static final String SMALL = "fashion-mnist";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            converter = Converters.TrainingPresets.class,
            completionCandidates = Converters.TrainingPresets.class,
            description = "The values to start from: ${COMPLETION-CANDIDATES}. Default: fine-tune with --model, the"
                    + " paper's with --variant, fashion-mnist with --depths.")
    private @Nullable TrainingPreset preset;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "Fine-tune this model; its classifier is replaced where the classes are of another number. It"
                    + " is " + NamedModel.KINDS)
    private @Nullable String model;

    @Mixin
    private WeightsOptions weights = new WeightsOptions();

    @Option(
            names = "--variant",
            paramLabel = "VARIANT",
            converter = Converters.Variants.class,
            completionCandidates = Converters.Variants.class,
            description = "Train this network from scratch: ${COMPLETION-CANDIDATES}.")
    private @Nullable Variant variant;

    @Option(
            names = "--depths",
            paramLabel = "A,B,C,D",
            converter = Converters.Stages.class,
            description = "Train a network with so many blocks in its stages from scratch; with --dims.")
    private Converters.@Nullable StageNumbers depths;

    @Option(
            names = "--dims",
            paramLabel = "A,B,C,D",
            converter = Converters.Stages.class,
            description = "The channels of its stages.")
    private Converters.@Nullable StageNumbers dims;

    @Option(
            names = "--patch",
            paramLabel = "PIXELS",
            converter = Converters.Positive.class,
            description = "The side of its stem's patches. Default: 4.")
    private @Nullable Integer patch;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Take values from this JSON file, such as a checkpoint's config in training.json has.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Set one value, such as optimizer.weightDecay=0.1; may be given again. --list-settings explains"
                            + " them.")
    private List<String> assignments = new ArrayList<>();

    @Option(
            names = "--epochs",
            paramLabel = "N",
            converter = Converters.Positive.class,
            description = "Short for --set schedule.epochs=N.")
    private @Nullable Integer epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = Converters.Positive.class,
            description = "Short for --set batch.size=N.")
    private @Nullable Integer batch;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            converter = Converters.PositiveNumber.class,
            description = "Short for --set optimizer.learningRate=RATE.")
    private @Nullable Double learningRate;

    @Option(names = "--seed", paramLabel = "N", description = "Short for --set seed=N.")
    private @Nullable Long seed;

    /** The training of this data; what is not possible is wrong usage. */
    Training training(Dataset train, PrintWriter notes) {
        if (model != null && (variant != null || depths != null)) {
            throw wrongUsage("--model names a network already; leave --variant, --depths and --dims out");
        }
        if (variant != null && depths != null) {
            throw wrongUsage("--variant and --depths both name a network; give one of them");
        }
        if ((depths == null) != (dims == null)) {
            throw wrongUsage("--depths and --dims belong together; give both or neither");
        }
        if (patch != null && depths == null) {
            throw wrongUsage("--patch is for a network of --depths and --dims");
        }
        TrainingPreset recipe = recipe();
        TrainingConfig values = fitted(values(recipe.config()), train, notes);
        if (model != null) {
            Path file = NamedModel.locate(model, notes).weights();
            return Training.fineTune(file, weights.toLoadOptions(), values, train);
        }
        Optional<ConvNeXtConfig> named = named();
        return Training.fromScratch(named.or(recipe::network).orElseThrow(this::nothingToTrain), values, train);
    }

    /** The values to be listed: those of the preset that is named with what else is set, or empty for those of all. */
    Optional<TrainingConfig> listed() {
        if (preset != null) {
            return Optional.of(values(preset.config()));
        }
        if (config != null || !assigned().isEmpty()) {
            throw wrongUsage("--list-settings needs --preset NAME to show values that are set");
        }
        return Optional.empty();
    }

    /** The values of a run that goes on, with what was set on the command line, which is refused unless it is the same. */
    TrainingConfig values(TrainingConfig base) {
        TrainingConfig withFile = config == null ? base : base.withFile(config);
        try {
            return withFile.with(assigned());
        } catch (TrainingException e) {
            String message = String.valueOf(e.getMessage());
            throw wrongUsage(
                    message + (message.endsWith("?") ? " " : "; ") + "train --list-settings explains all values");
        }
    }

    /** All values that the command line sets. */
    private List<String> assigned() {
        List<String> all = new ArrayList<>(assignments);
        add(all, "schedule.epochs", epochs);
        add(all, "batch.size", batch);
        add(all, "optimizer.learningRate", learningRate);
        add(all, "seed", seed);
        return all;
    }

    private static void add(List<String> all, String key, @Nullable Object value) {
        if (value != null) {
            all.add(key + "=" + value);
        }
    }

    private TrainingPreset recipe() {
        if (preset != null) {
            return preset;
        }
        if (model != null) {
            return TrainingPreset.of(FINE_TUNE);
        }
        if (variant != null) {
            // The paper trains XLarge on ImageNet-22K only.
            return TrainingPreset.of(variant.label() + (variant == Variant.XLARGE ? "-22k" : "-1k"));
        }
        if (depths != null) {
            return TrainingPreset.of(SMALL);
        }
        throw nothingToTrain();
    }

    private Optional<ConvNeXtConfig> named() {
        if (variant != null) {
            return Optional.of(ConvNeXtConfig.of(variant));
        }
        if (depths == null || dims == null) {
            return Optional.empty();
        }
        ConvNeXtConfig base = ConvNeXtConfig.of(depths.values(), dims.values(), 1);
        return Optional.of(new ConvNeXtConfig(
                base.depths(),
                base.dims(),
                1,
                base.inChannels(),
                patch == null ? base.patchSize() : patch,
                true,
                base.layerNormEps(),
                base.headNormEps()));
    }

    private ParameterException nothingToTrain() {
        return wrongUsage(
                "nothing to train is named; give --model MODEL to fine-tune, or --preset NAME, --variant VARIANT"
                        + " or --depths and --dims to train from scratch");
    }

    /** A preset's step may be more than a small data set has; what the user sets is left alone. */
    private TrainingConfig fitted(TrainingConfig values, Dataset train, PrintWriter notes) {
        boolean set = batch != null || config != null || assignments.stream().anyMatch(word -> word.contains("batch"));
        BatchConfig before = values.batch();
        if (set || before.picturesPerStep() <= train.size()) {
            return values;
        }
        int size = Math.min(before.size(), train.size());
        int even = values.augmentation().mixes() && size > 1 ? size / 2 * 2 : size;
        notes.println("note: there are only " + train.size() + " pictures, so a step takes " + even + " instead of "
                + before.picturesPerStep() + "; set batch.size and batch.accumulation to choose");
        notes.flush();
        return values.with(List.of("batch.size=" + even, "batch.accumulation=1"));
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
