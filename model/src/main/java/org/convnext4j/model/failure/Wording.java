package org.convnext4j.model.failure;

import java.math.BigDecimal;
import java.math.MathContext;

/** How numbers are written in messages for people, everywhere the same. */
public final class Wording {
    /** Smaller numbers have an exponent. */
    private static final double LEAST_PLAIN = 1e-3;

    private static final MathContext ROUNDED = new MathContext(3);

    private Wording() {}

    /** So many of something whose plural has an s: {@code 1 epoch}, {@code 2 epochs}. */
    public static String count(long number, String one) {
        return count(number, one, one + "s");
    }

    /** So many of something: {@code 1 class}, {@code 2 classes}. */
    public static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    /** As few digits as tell the number from all others: 0.0002 is {@code 2e-4} and 300.0 is {@code 300}. */
    public static String number(double value) {
        return Double.isFinite(value) ? number(BigDecimal.valueOf(value)) : String.valueOf(value);
    }

    /** As {@link #number(double)}, for a number of single precision. */
    public static String number(float value) {
        return Float.isFinite(value) ? number(new BigDecimal(Float.toString(value))) : String.valueOf(value);
    }

    /** Three digits at most, in the same form. */
    public static String rounded(double value) {
        return Double.isFinite(value) ? number(BigDecimal.valueOf(value).round(ROUNDED)) : String.valueOf(value);
    }

    /** As {@link #number(double)}. */
    public static String number(BigDecimal value) {
        BigDecimal number = value.stripTrailingZeros();
        if (number.signum() == 0 || number.abs().doubleValue() >= LEAST_PLAIN) {
            return number.toPlainString();
        }
        int exponent = number.precision() - number.scale() - 1;
        return number.movePointRight(-exponent).toPlainString() + "e" + exponent;
    }
}
