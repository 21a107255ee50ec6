package org.convnext4j.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.model.FileNames;
import org.convnext4j.model.ModelException;
import org.convnext4j.model.WeightsChoice;
import org.convnext4j.model.bulk.StreamOptions;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.roadmap.Regime;
import org.convnext4j.model.train.TrainingException;
import org.convnext4j.model.train.TrainingPreset;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.Layout;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From words on the command line to values, with the choices in the error and in the help. */
final class Converters {
    /** Of all kinds of files that are written. */
    private static final List<String> ENDINGS = List.of(".jsonl", ".csv", ".npy", ".png", ".safetensors", ".onnx");

    private Converters() {}

    /** The value of a word that has to be one of some. */
    static <T> T require(Optional<T> value, String word, List<String> choices) {
        return value.orElseThrow(
                () -> new TypeConversionException("'" + word + "' is none of " + String.join(", ", choices)));
    }

    /** A file or folder, there or not. */
    static final class Paths implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            try {
                return FileNames.path(value);
            } catch (ModelException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** A whole number of 1 or more. */
    static final class Positive implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int number = Integer.parseInt(value);
                if (number >= 1) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + value + "' is not a whole number of 1 or more");
            }
            throw new TypeConversionException(value + " is below 1");
        }
    }

    /** Pictures in a batch that a {@link StreamOptions} takes. */
    static final class BatchSize implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            int size = new Positive().convert(value);
            if (size > StreamOptions.MAX_BATCH) {
                throw new TypeConversionException(value + " is above " + StreamOptions.MAX_BATCH);
            }
            return size;
        }
    }

    /** A finite number above 0. */
    static final class PositiveNumber implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            try {
                double number = Double.parseDouble(value);
                if (number > 0 && number < Double.POSITIVE_INFINITY) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + value + "' is not a number");
            }
            throw new TypeConversionException(value + " is not a finite number above 0");
        }
    }

    /** Four whole numbers of 1 or more, one for each stage. */
    static final class Stages implements ITypeConverter<StageNumbers> {
        @Override
        public StageNumbers convert(String value) {
            List<Integer> numbers = new ArrayList<>();
            for (String word : value.split(",", -1)) {
                numbers.add(new Positive().convert(word.strip()));
            }
            if (numbers.size() != ConvNeXtConfig.STAGES) {
                throw new TypeConversionException(
                        "'" + value + "' has not " + ConvNeXtConfig.STAGES + " numbers, such as 2,2,4,2");
            }
            return new StageNumbers(numbers);
        }
    }

    /**
     * A number for each stage.
     *
     * @param values four of them
     */
    record StageNumbers(List<Integer> values) {
        StageNumbers {
            values = List.copyOf(values);
        }
    }

    /** The name of a PNG file. */
    static final class Png implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            if (value.equals(StandardStreams.NAME)) {
                throw new TypeConversionException(
                        "standard output is where the results go; name a file that ends in .png");
            }
            if (!hasEnding(value, ".png")) {
                throw new TypeConversionException("'" + value + "': the picture's name must end in .png");
            }
            Path path = new Paths().convert(value);
            Path folder = path.toAbsolutePath().getParent();
            // Said now and not after hours of work.
            if (folder == null || !Files.isDirectory(folder)) {
                throw new TypeConversionException(
                        "'" + value + "' cannot be written: its folder does not exist; make it or name another");
            }
            return path;
        }
    }

    /** The name of a PNG file, or - for standard output. */
    static final class PngOrOutput implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            return value.equals(StandardStreams.NAME) ? new Paths().convert(value) : new Png().convert(value);
        }
    }

    /** The name of a safetensors file, or - for standard output. */
    static final class SafetensorsOrOutput implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            if (!value.equals(StandardStreams.NAME) && !hasEnding(value, ".safetensors")) {
                throw new TypeConversionException(
                        "'" + value + "': the name of the file of tensors must end in .safetensors");
            }
            return new Paths().convert(value);
        }
    }

    /** The name of a NumPy file, which may end in anything but what other kinds of files do. */
    static final class Npy implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            return unlike(value, "a NumPy file", ".npy");
        }
    }

    /** The name of a file of JSON lines, which may end in anything but what other kinds of files do. */
    static final class JsonLines implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            return unlike(value, "a file of JSON lines", ".jsonl");
        }
    }

    /** The name of a file of comma-separated values, which may end in anything but what other kinds of files do. */
    static final class Csv implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            return unlike(value, "a file of comma-separated values", ".csv");
        }
    }

    private static Path unlike(String value, String what, String ending) {
        for (String other : ENDINGS) {
            if (!other.equals(ending) && hasEnding(value, other)) {
                throw new TypeConversionException("'" + value + "': " + what + " is written, so its name cannot end in "
                        + other + "; take " + ending);
            }
        }
        return new Paths().convert(value);
    }

    /** Whether a name ends so, in any case, and begins with something else. */
    static boolean hasEnding(String name, String ending) {
        return name.length() > ending.length() && name.toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /** Seconds, 0 or more. */
    static final class Seconds implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            try {
                double seconds = Double.parseDouble(value);
                if (seconds >= 0 && seconds <= 86_400) {
                    return seconds;
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + value + "' is not a number of seconds");
            }
            throw new TypeConversionException(value + " is not from 0 to 86400 seconds");
        }
    }

    /** A part of a whole. */
    static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            try {
                double share = Double.parseDouble(value);
                if (share > 0 && share < 1) {
                    return share;
                }
            } catch (NumberFormatException e) {
                // Said below, as of a number out of range.
            }
            throw new TypeConversionException("'" + value + "' is not a number above 0 and below 1, e.g. 0.2");
        }
    }

    /** A {@link Split} by a name of its folder. */
    static final class Splits implements ITypeConverter<Split>, Iterable<String> {
        @Override
        public Split convert(String value) {
            return require(Split.named(value.toLowerCase(Locale.ROOT)), value, choices());
        }

        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }

        private static List<String> choices() {
            return Stream.of(Split.values())
                    .flatMap(split -> split.folders().stream())
                    .distinct()
                    .toList();
        }
    }

    /** A {@link Regime} by the layers of its ResNet. */
    static final class Regimes implements ITypeConverter<Regime>, Iterable<String> {
        @Override
        public Regime convert(String value) {
            Optional<Regime> found = Arrays.stream(Regime.values())
                    .filter(regime -> String.valueOf(regime.layers()).equals(value))
                    .findFirst();
            return require(found, value, choices());
        }

        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }

        private static List<String> choices() {
            return Arrays.stream(Regime.values())
                    .map(regime -> String.valueOf(regime.layers()))
                    .toList();
        }
    }

    /** A {@link KnownModel} by its label or name. */
    static final class KnownModels implements ITypeConverter<KnownModel>, Iterable<String> {
        @Override
        public KnownModel convert(String value) {
            return require(KnownModel.of(value), value, choices());
        }

        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }

        private static List<String> choices() {
            return KnownModel.all().stream().map(KnownModel::label).toList();
        }
    }

    /** A {@link TrainingPreset} by its name. */
    static final class TrainingPresets implements ITypeConverter<TrainingPreset>, Iterable<String> {
        @Override
        public TrainingPreset convert(String value) {
            try {
                return TrainingPreset.of(value);
            } catch (TrainingException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }

        @Override
        public Iterator<String> iterator() {
            return TrainingPreset.all().stream().map(TrainingPreset::name).iterator();
        }
    }

    /** A {@link Layout} by its label. */
    static final class Layouts implements ITypeConverter<Layout>, Iterable<String> {
        @Override
        public Layout convert(String value) {
            return require(Layout.of(value), value, choices());
        }

        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }

        private static List<String> choices() {
            return Arrays.stream(Layout.values()).map(Layout::label).toList();
        }
    }

    /** A {@link DType} that can be written. */
    static final class DTypes implements ITypeConverter<DType>, Iterable<String> {
        @Override
        public DType convert(String value) {
            return require(DType.of(value).filter(DType::isWritable), value, choices());
        }

        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }

        private static List<String> choices() {
            return Stream.of(DType.values())
                    .filter(DType::isWritable)
                    .map(dtype -> dtype.name().toLowerCase(Locale.ROOT))
                    .toList();
        }
    }

    /** A {@link WeightsChoice} by its name. */
    static final class Weights implements ITypeConverter<WeightsChoice> {
        @Override
        public WeightsChoice convert(String value) {
            try {
                return new WeightsChoice(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A {@link Preset} by its name. */
    static final class Presets implements ITypeConverter<Preset>, Iterable<String> {
        @Override
        public Preset convert(String value) {
            try {
                return Preset.byName(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Preset.values()).map(Preset::cliName).iterator();
        }
    }
}
