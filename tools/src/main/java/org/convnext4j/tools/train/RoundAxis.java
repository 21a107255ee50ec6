package org.convnext4j.tools.train;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The part of an axis that some values need, from one round number to another in steps of 1, 2 or 5 times a power of ten.
 *
 * @param min where it begins, a multiple of the step
 * @param max where it ends, a multiple of the step
 * @param step from one mark to the next
 */
record RoundAxis(double min, double max, double step) {
    private static final int[] STEPS = {1, 2, 5, 10};

    /**
     * The axis for values of a range.
     *
     * @param low the least value
     * @param high the greatest; if it is the least too, the axis goes from 0 to it, or to 1
     * @param most steps that the axis may have, 2 or more
     * @param least of the steps; 0 if any will do, 1 where only whole numbers make sense
     */
    static RoundAxis of(double low, double high, int most, double least) {
        if (low == high) {
            return of(Math.min(low, 0), low == 0 ? 1 : Math.max(low, 0), most, least);
        }
        double room = high - low;
        double power = Math.pow(10, Math.floor(Math.log10(room / most)));
        for (int factor : STEPS) {
            // By way of decimals, because 3 * 0.1 is not 0.3.
            BigDecimal step = BigDecimal.valueOf(Math.max(least, factor * power))
                    .setScale(Math.max(0, 1 - (int) Math.floor(Math.log10(power))), RoundingMode.HALF_EVEN);
            BigDecimal from = multiple(low, step, RoundingMode.FLOOR);
            BigDecimal to = multiple(high, step, RoundingMode.CEILING);
            if (to.subtract(from).divide(step, 0, RoundingMode.HALF_EVEN).intValueExact() <= most) {
                return new RoundAxis(from.doubleValue(), to.doubleValue(), step.doubleValue());
            }
        }
        // The ends of the range are rounded outwards, which may take one step more than the largest of these leaves.
        return of(low, high, most + 1, least);
    }

    private static BigDecimal multiple(double value, BigDecimal step, RoundingMode rounding) {
        return BigDecimal.valueOf(value).divide(step, 0, rounding).multiply(step);
    }

    /** Where the marks are, both ends among them. */
    List<Double> marks() {
        long steps = Math.round((max - min) / step);
        return LongStream.rangeClosed(0, steps)
                .mapToObj(i -> min + i * (max - min) / steps)
                .toList();
    }

    /** A mark's label, with the digits that the step has. */
    String label(double mark) {
        BigDecimal exact = BigDecimal.valueOf(step).stripTrailingZeros();
        return BigDecimal.valueOf(mark)
                .setScale(Math.max(0, exact.scale()), RoundingMode.HALF_EVEN)
                .toPlainString();
    }
}
