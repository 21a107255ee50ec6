package org.convnext4j.tools.option;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.bulk.StreamOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From words on the command line to numbers, with the bounds in the error. */
public final class NumberConverters {
    private NumberConverters() {}

    /** A whole number of 1 or more. */
    public static final class Positive implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 1);
        }
    }

    /** A whole number of 0 or more. */
    public static final class NotNegative implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 0);
        }
    }

    private static int whole(String value, int least) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + value + "' is not a whole number of " + least + " or more");
        }
        throw new TypeConversionException(value + " is below " + least);
    }

    /** Pictures in a batch that a {@link StreamOptions} takes. */
    public static final class BatchSize implements ITypeConverter<Integer> {
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
    public static final class PositiveNumber implements ITypeConverter<Double> {
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

    /** A part of a whole. */
    public static final class Share implements ITypeConverter<Double> {
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

    /** Seconds, 0 or more. */
    public static final class Seconds implements ITypeConverter<Double> {
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

    /** Four whole numbers of 1 or more, one for each stage. */
    public static final class Stages implements ITypeConverter<StageNumbers> {
        @Override
        public StageNumbers convert(String value) {
            List<Integer> numbers = new ArrayList<>();
            for (String word : value.split(",", -1)) {
                numbers.add(new Positive().convert(word.strip()));
            }
            if (numbers.size() != ConvNeXtConfig.STAGES) {
                throw new TypeConversionException(
                        "'" + value + "': expected " + ConvNeXtConfig.STAGES + " numbers, such as 2,2,4,2");
            }
            return new StageNumbers(numbers);
        }
    }

    /**
     * A number for each stage.
     *
     * @param values four of them
     */
    public record StageNumbers(List<Integer> values) {
        public StageNumbers {
            values = List.copyOf(values);
        }
    }
}
