package org.convnext4j.tools.option;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.model.WeightsChoice;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.roadmap.Regime;
import org.convnext4j.model.train.Balance;
import org.convnext4j.model.train.TrainingException;
import org.convnext4j.model.train.TrainingPreset;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.Layout;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From words on the command line to one of some values, with the choices in the error and in the help. */
public final class ChoiceConverters {
    private ChoiceConverters() {}

    /**
     * A value by one of some words.
     *
     * @param <T> what a word stands for
     */
    abstract static class Choice<T> implements ITypeConverter<T>, Iterable<String> {
        /** Empty if the word is none of them. */
        abstract Optional<T> of(String word);

        abstract List<String> choices();

        @Override
        public T convert(String word) {
            return of(word).orElseThrow(() ->
                    new TypeConversionException("'" + word + "' is none of " + String.join(", ", choices())));
        }

        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }
    }

    /** A {@link KnownModel} by its label or name. */
    public static final class KnownModels extends Choice<KnownModel> {
        @Override
        Optional<KnownModel> of(String word) {
            return KnownModel.of(word);
        }

        @Override
        List<String> choices() {
            return KnownModel.all().stream().map(KnownModel::label).toList();
        }
    }

    /** A {@link Split} by a name of its folder. */
    public static final class Splits extends Choice<Split> {
        @Override
        Optional<Split> of(String word) {
            return Split.named(word.toLowerCase(Locale.ROOT));
        }

        @Override
        List<String> choices() {
            return Stream.of(Split.values())
                    .flatMap(split -> split.folders().stream())
                    .distinct()
                    .toList();
        }
    }

    /** A {@link Regime} by the layers of its ResNet. */
    public static final class Regimes extends Choice<Regime> {
        @Override
        Optional<Regime> of(String word) {
            return Arrays.stream(Regime.values())
                    .filter(regime -> String.valueOf(regime.layers()).equals(word))
                    .findFirst();
        }

        @Override
        List<String> choices() {
            return Arrays.stream(Regime.values())
                    .map(regime -> String.valueOf(regime.layers()))
                    .toList();
        }
    }

    /** A {@link Layout} by its label. */
    public static final class Layouts extends Choice<Layout> {
        @Override
        Optional<Layout> of(String word) {
            return Layout.of(word);
        }

        @Override
        List<String> choices() {
            return Arrays.stream(Layout.values()).map(Layout::label).toList();
        }
    }

    /** A {@link DType} that can be written. */
    public static final class DTypes extends Choice<DType> {
        @Override
        Optional<DType> of(String word) {
            return DType.of(word).filter(DType::isWritable);
        }

        @Override
        List<String> choices() {
            return Stream.of(DType.values())
                    .filter(DType::isWritable)
                    .map(dtype -> dtype.name().toLowerCase(Locale.ROOT))
                    .toList();
        }
    }

    /** A {@link Balance} by its name in lower case, as in a configuration. */
    public static final class Balances extends Choice<Balance> {
        @Override
        Optional<Balance> of(String word) {
            return Arrays.stream(Balance.values())
                    .filter(balance -> label(balance).equals(word))
                    .findFirst();
        }

        @Override
        List<String> choices() {
            return Arrays.stream(Balance.values()).map(Balances::label).toList();
        }

        public static String label(Balance balance) {
            return balance.name().toLowerCase(Locale.ROOT);
        }
    }

    /** A {@link TrainingPreset} by its name. */
    public static final class TrainingPresets implements ITypeConverter<TrainingPreset>, Iterable<String> {
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

    /** A {@link Preset} by its name. */
    public static final class Presets implements ITypeConverter<Preset>, Iterable<String> {
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
}
