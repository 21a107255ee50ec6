package org.convnext4j.tools;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.model.Variant;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.Layout;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From words on the command line to values, with the choices in the error and in the help. */
final class Converters {
    private Converters() {}

    private static <T> T require(Optional<T> value, String word, List<String> choices) {
        return value.orElseThrow(
                () -> new TypeConversionException("'" + word + "' is none of " + String.join(", ", choices)));
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

    /** A {@link Variant} by its label. */
    static final class Variants implements ITypeConverter<Variant>, Iterable<String> {
        @Override
        public Variant convert(String value) {
            return require(Variant.of(value), value, choices());
        }

        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }

        private static List<String> choices() {
            return Arrays.stream(Variant.values()).map(Variant::label).toList();
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
