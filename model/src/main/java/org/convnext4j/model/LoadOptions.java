package org.convnext4j.model;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.ReadOptions;

/**
 * What a caller says about a checkpoint that the files do not, and what the model is to run on. Everything has a default;
 * an object is made by a {@link #builder} or from another by the {@code with...} methods. Immutable.
 *
 * <p>What reads a checkpoint without making a model of it, such as {@code ConvNeXtCheckpoint} and fine-tuning, heeds
 * {@link #architecture}, {@link #outputStride}, {@link #weights} and {@link #unknownIgnored}; {@link ModelDescription} and
 * the writers heed {@link #labels()} and {@link #preprocessor} too; the rest is for {@link ConvNeXt#load(Path,
 * LoadOptions)} and its like.
 */
public final class LoadOptions {
    /** Everything as the files say, on an engine of the model's own. */
    public static final LoadOptions DEFAULT = builder().build();

    private final Optional<KnownModel> architecture;
    private final OptionalInt outputStride;
    private final WeightsChoice weights;
    private final boolean unknownIgnored;
    private final Optional<NamedLabels> labels;
    private final Optional<Preprocessor> preprocessor;
    private final ReadOptions reading;
    private final EngineChoice engine;

    private LoadOptions(Builder builder) {
        this.architecture = builder.architecture;
        this.outputStride = builder.outputStride;
        this.weights = builder.weights;
        this.unknownIgnored = builder.unknownIgnored;
        this.labels = builder.labels;
        this.preprocessor = builder.preprocessor;
        this.reading = builder.reading;
        this.engine = builder.engineChoice();
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins with these options. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.architecture = architecture;
        builder.outputStride = outputStride;
        builder.weights = weights;
        builder.unknownIgnored = unknownIgnored;
        builder.labels = labels;
        builder.preprocessor = preprocessor;
        builder.reading = reading;
        builder.engine = engine.shared();
        builder.backend = engine.backend();
        builder.threads = engine.threads();
        return builder;
    }

    /** See {@link Builder#architecture}. */
    public Optional<KnownModel> architecture() {
        return architecture;
    }

    /** See {@link Builder#outputStride}. */
    public OptionalInt outputStride() {
        return outputStride;
    }

    /** See {@link Builder#weights}. */
    public WeightsChoice weights() {
        return weights;
    }

    /** See {@link Builder#unknownIgnored}. */
    public boolean unknownIgnored() {
        return unknownIgnored;
    }

    /** See {@link Builder#labels(Labels)}. */
    public Optional<Labels> labels() {
        return labels.map(NamedLabels::labels);
    }

    /** See {@link Builder#preprocessor}. */
    public Optional<Preprocessor> preprocessor() {
        return preprocessor;
    }

    /** See {@link Builder#reading}. */
    public ReadOptions reading() {
        return reading;
    }

    /** See {@link Builder#engine}. */
    public Optional<Engine> engine() {
        return engine.shared();
    }

    Optional<NamedLabels> namedLabels() {
        return labels;
    }

    /**
     * Checks that the class names, if there are any, are one for each class of a network.
     *
     * @param checkpoint that the network is of, for the message
     * @throws ModelException if they are more or fewer
     */
    public void requireLabelsFit(ConvNeXtConfig config, Path checkpoint) {
        labels.ifPresent(given -> given.requireFit(config.classes(), checkpoint.toString()));
    }

    EngineChoice engineChoice() {
        return engine;
    }

    /** The same for a file of this network. */
    public LoadOptions withArchitecture(KnownModel newArchitecture) {
        return toBuilder().architecture(newArchitecture).build();
    }

    /** The same with another output stride. */
    public LoadOptions withOutputStride(int newOutputStride) {
        return toBuilder().outputStride(newOutputStride).build();
    }

    /** The same with other weights of the file. */
    public LoadOptions withWeights(WeightsChoice newWeights) {
        return toBuilder().weights(newWeights).build();
    }

    /** The same with unknown tensors left out or refused. */
    public LoadOptions withUnknownIgnored(boolean newUnknownIgnored) {
        return toBuilder().unknownIgnored(newUnknownIgnored).build();
    }

    /** The same with other class names. */
    public LoadOptions withLabels(Labels newLabels) {
        return toBuilder().labels(newLabels).build();
    }

    /** The same on an engine of the caller's, which outlives the model and is not closed by it. */
    public LoadOptions withEngine(Engine newEngine) {
        Builder builder = toBuilder();
        builder.backend = Optional.empty();
        builder.threads = OptionalInt.empty();
        return builder.engine(newEngine).build();
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Optional<KnownModel> architecture = Optional.empty();
        private OptionalInt outputStride = OptionalInt.empty();
        private WeightsChoice weights = WeightsChoice.EMA;
        private boolean unknownIgnored;
        private Optional<NamedLabels> labels = Optional.empty();
        private Optional<Preprocessor> preprocessor = Optional.empty();
        private ReadOptions reading = ReadOptions.DEFAULTS;
        private Optional<Engine> engine = Optional.empty();
        private Optional<Backend> backend = Optional.empty();
        private OptionalInt threads = OptionalInt.empty();

        private Builder() {}

        /**
         * The published network that the file is of, which settles what the shapes of the tensors leave open: the kind of
         * norms without a bias, the activation and the epsilons. Default: what the configuration beside the file says, or
         * else the published network of these shapes.
         */
        public Builder architecture(KnownModel value) {
            architecture = Optional.of(value);
            return this;
        }

        /**
         * Input pixels from one position of the last map to the next, 8, 16 or 32. Default: that of the configuration, or
         * else 32. See {@link ConvNeXtConfig#withOutputStride}.
         */
        public Builder outputStride(int pixels) {
            outputStride = OptionalInt.of(pixels);
            return this;
        }

        /** Which weights to read where the file holds those of several networks. Default: {@link WeightsChoice#EMA}. */
        public Builder weights(WeightsChoice value) {
            weights = Objects.requireNonNull(value, "weights");
            return this;
        }

        /**
         * Whether tensors that belong to no network known here, such as a segmentation model's decoder, are left out
         * rather than refused. Default: refused.
         */
        public Builder unknownIgnored(boolean value) {
            unknownIgnored = value;
            return this;
        }

        /**
         * The names of the classes, in the order of the network's outputs, as many as it has. Default: those beside the
         * file, or else ImageNet's for 1000 classes, or else numbers.
         */
        public Builder labels(Labels value) {
            labels = Optional.of(new NamedLabels(Objects.requireNonNull(value, "labels"), Optional.empty()));
            return this;
        }

        /**
         * The names of the classes in a file, as {@link Labels#read} reads it, now.
         *
         * @throws ModelException if it cannot be read
         */
        public Builder labels(Path file) {
            labels = Optional.of(
                    new NamedLabels(Labels.read(Objects.requireNonNull(file, "labels")), Optional.of(file)));
            return this;
        }

        /**
         * How pictures become input. Default: what the configuration beside the file says, or else that of timm's models
         * of 224 pixels.
         */
        public Builder preprocessor(Preprocessor value) {
            preprocessor = Optional.of(Objects.requireNonNull(value, "preprocessor"));
            return this;
        }

        /** How pictures are read: how many pixels, and whether their EXIF orientation is applied. Default: it is not. */
        public Builder reading(ReadOptions value) {
            reading = Objects.requireNonNull(value, "reading");
            return this;
        }

        /**
         * An engine that this model shares with others. It is the caller's: it outlives the model and is not closed by it.
         * Default: an engine of the model's own, which the model closes.
         */
        public Builder engine(Engine value) {
            engine = Optional.of(value);
            return this;
        }

        /** The kernels of the model's own engine. Default: the best that work here. */
        public Builder backend(Backend value) {
            backend = Optional.of(value);
            return this;
        }

        /** The threads of the model's own engine, the callers' included, from 1. Default: one for each processor. */
        public Builder threads(int count) {
            threads = OptionalInt.of(count);
            return this;
        }

        private EngineChoice engineChoice() {
            return new EngineChoice(engine, backend, threads);
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if there is an engine and also a backend or threads for one of the model's own,
         *     or fewer than 1 thread
         */
        public LoadOptions build() {
            return new LoadOptions(this);
        }
    }
}
