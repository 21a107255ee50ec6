package org.convnext4j.tools;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.convnext4j.model.train.Balance;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From words on the command line to values of a run, as {@link Converters}. */
final class RunConverters {
    private RunConverters() {}

    /** A whole number of 0 or more. */
    static final class NotNegative implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int number = Integer.parseInt(value);
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + value + "' is not a whole number of 0 or more");
            }
            throw new TypeConversionException(value + " is below 0");
        }
    }

    /** A {@link Balance} by its name in lower case, as in a configuration. */
    static final class Balances implements ITypeConverter<Balance>, Iterable<String> {
        @Override
        public Balance convert(String value) {
            return Converters.require(
                    Arrays.stream(Balance.values())
                            .filter(balance -> label(balance).equals(value))
                            .findFirst(),
                    value,
                    choices());
        }

        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }

        static String label(Balance balance) {
            return balance.name().toLowerCase(Locale.ROOT);
        }

        private static List<String> choices() {
            return Arrays.stream(Balance.values()).map(Balances::label).toList();
        }
    }
}
