package org.convnext4j.engine.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tail behind the GELU oracle, against values computed with 30 digits. */
final class GaussianTailTest {
    private static final double RELATIVE = 3e-15;

    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1e-20, 0.5",
        "0.25, 0.401293674317076276",
        "0.5, 0.308537538725986896",
        "1, 0.158655253931457051",
        "1.5, 0.066807201268858066",
        "2, 0.0227501319481792072",
        "2.75, 0.00297976323505455675",
        "3.5, 0.000232629079035525036",
        "5, 2.86651571879193912e-7",
        "6.25, 2.05226342521893888e-10",
        "8, 6.22096057427178412e-16",
        "10.5, 4.31900631780923035e-26",
        "13, 6.11716439954987968e-39",
        "20, 2.7536241186062337e-89",
        "30, 4.90671392714818706e-198",
        "37, 5.72557122252457682e-300"
    })
    void agreesWithManyDigits(double x, double expected) {
        assertEquals(expected, GaussianTail.upper(x), expected * RELATIVE);
    }

    /** The alternating series converges fast where terms do not cancel much; it shares nothing with the Chebyshev fit. */
    @Test
    void agreesWithTheTaylorSeriesBelowTwo() {
        for (int i = 0; i <= 1 << 14; i++) {
            double x = (float) i / (1 << 13);
            double term = x;
            double sum = x;
            for (int n = 1; n < 60; n++) {
                term *= -x * x / (2 * n);
                sum += term / (2 * n + 1);
            }
            double upper = 0.5 - sum / Math.sqrt(2 * Math.PI);
            assertEquals(upper, GaussianTail.upper(x), 1e-15, "x = " + x);
        }
    }

    @Test
    void endsInZeroAndPassesNotANumberOn() {
        assertEquals(0, GaussianTail.upper(41));
        assertEquals(0, GaussianTail.upper(Double.POSITIVE_INFINITY));
        assertTrue(Double.isNaN(GaussianTail.upper(Double.NaN)));
    }
}
