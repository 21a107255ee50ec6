package org.convnext4j.tools.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.train.Balance;
import org.convnext4j.model.train.Overrides;
import org.convnext4j.model.train.Recipe;
import org.convnext4j.model.train.Recipes;
import org.convnext4j.model.train.SettingException;
import org.convnext4j.model.train.Training;
import org.convnext4j.model.train.TrainingConfig;
import org.convnext4j.model.train.TrainingPreset;
import org.convnext4j.tools.option.ChoiceConverters;
import org.convnext4j.tools.option.NamedModel;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.option.WeightsOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is trained with which values. */
public final class RecipeOptions {
    private static final String FINE_TUNE = "fine-tune";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            converter = ChoiceConverters.TrainingPresets.class,
            completionCandidates = ChoiceConverters.TrainingPresets.class,
            description =
                    "The values to start from: ${COMPLETION-CANDIDATES}. Default: fine-tune with --model; else by the"
                            + " pictures: fashion-mnist or cifar for small squares, small-folder for a folder of pictures, the"
                            + " paper's for as many as ImageNet has.")
    private @Nullable TrainingPreset preset;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "Fine-tune this model, with its own size, crop, filter, mean and deviation of pictures. It is "
                            + NamedModel.KINDS)
    private @Nullable String model;

    @Option(
            names = "--fresh-head",
            description =
                    "Draw the classifier of --model anew. Default: only if its classes are not those of the data, by"
                            + " name.")
    private boolean freshHead;

    @Option(
            names = "--keep-head",
            description = "Keep the classifier of --model although its classes have other names.")
    private boolean keepHead;

    @Mixin
    private WeightsOptions weights = new WeightsOptions();

    @Option(
            names = "--variant",
            paramLabel = "VARIANT",
            converter = ChoiceConverters.KnownModels.class,
            completionCandidates = ChoiceConverters.KnownModels.class,
            description = "Train this network from scratch: ${COMPLETION-CANDIDATES}.")
    private @Nullable KnownModel variant;

    @Option(
            names = "--depths",
            paramLabel = "A,B,C,D",
            converter = NumberConverters.Stages.class,
            description = "Train a network with so many blocks in its stages from scratch; with --dims.")
    private NumberConverters.@Nullable StageNumbers depths;

    @Option(
            names = "--dims",
            paramLabel = "A,B,C,D",
            converter = NumberConverters.Stages.class,
            description = "The channels of its stages.")
    private NumberConverters.@Nullable StageNumbers dims;

    @Option(
            names = "--patch",
            paramLabel = "PIXELS",
            converter = NumberConverters.Positive.class,
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
            converter = NumberConverters.Positive.class,
            description = "Short for --set schedule.epochs=N.")
    private @Nullable Integer epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Short for --set batch.size=N.")
    private @Nullable Integer batch;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            converter = NumberConverters.PositiveNumber.class,
            description = "Short for --set optimizer.learningRate=RATE.")
    private @Nullable Double learningRate;

    @Option(
            names = "--patience",
            paramLabel = "EPOCHS",
            converter = NumberConverters.NotNegative.class,
            description = "End after so many epochs without a better validation; 0 makes all epochs. Short for"
                    + " --set schedule.patience=EPOCHS.")
    private @Nullable Integer patience;

    @Option(
            names = "--balance",
            paramLabel = "HOW",
            converter = ChoiceConverters.Balances.class,
            completionCandidates = ChoiceConverters.Balances.class,
            description = "What is done about classes of few pictures beside large ones: ${COMPLETION-CANDIDATES}."
                    + " sampling takes as many of each class in every epoch, loss weighs each picture's loss by its"
                    + " class. Short for --set batch.balance=HOW.")
    private @Nullable Balance balance;

    @Option(names = "--seed", paramLabel = "N", description = "Short for --set seed=N.")
    private @Nullable Long seed;

    /** The training of this data; what is not possible is wrong usage. */
    Training training(Dataset train, PrintWriter notes) {
        requireConsistent();
        return usage(() -> consistent(train, notes));
    }

    private Training consistent(Dataset train, PrintWriter notes) {
        Overrides own = overrides();
        if (model != null) {
            ModelFiles files = NamedModel.locate(model, notes);
            TrainingPreset from = preset == null ? TrainingPreset.of(FINE_TUNE) : preset;
            Recipe recipe = Recipes.fineTune(from, files, weights.toLoadOptions(), train, own);
            Training training = Training.fineTune(files, weights.toLoadOptions(), recipe, train);
            return freshHead ? training.freshHead() : keepHead ? training.keepHead() : training;
        }
        Optional<ConvNeXtConfig> named = named();
        ConvNeXtConfig network = named.or(() -> Optional.ofNullable(preset).flatMap(TrainingPreset::network))
                .orElseThrow(this::nothingToTrain);
        Recipe recipe = preset == null
                ? Recipes.fromScratch(network, train, own)
                : Recipes.fromScratch(preset, network, train, own);
        return Training.fromScratch(network, recipe, train);
    }

    private void requireConsistent() {
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
        if (freshHead && keepHead) {
            throw wrongUsage("--fresh-head and --keep-head exclude each other; give one or neither");
        }
        if (model == null && (freshHead || keepHead)) {
            throw wrongUsage((freshHead ? "--fresh-head" : "--keep-head")
                    + " is about the classifier of --model; a network from scratch has none to keep");
        }
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
        return usage(() -> overrides().apply(base));
    }

    /** The seed of the run. */
    long seed() {
        return usage(() -> overrides().seed());
    }

    private Overrides overrides() {
        return (config == null ? Overrides.NONE : Overrides.NONE.withFile(config)).with(assigned());
    }

    /** Makes wrong usage of a value that cannot be as the command line sets it. */
    private <T> T usage(Supplier<T> action) {
        try {
            return action.get();
        } catch (SettingException e) {
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
        add(all, "schedule.patience", patience);
        add(all, "batch.balance", balance == null ? null : ChoiceConverters.Balances.label(balance));
        add(all, "seed", seed);
        return all;
    }

    private static void add(List<String> all, String key, @Nullable Object value) {
        if (value != null) {
            all.add(key + "=" + value);
        }
    }

    private Optional<ConvNeXtConfig> named() {
        if (variant != null) {
            return Optional.of(variant.config());
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

    private ParameterException wrongUsage(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
