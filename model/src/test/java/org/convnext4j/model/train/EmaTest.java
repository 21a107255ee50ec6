package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class EmaTest {
    @Test
    void withoutWarmUpTheDecayIsConstant() {
        Ema ema = Ema.of(new EmaConfig(0.9999, false));
        assertEquals(0.9999, ema.decayAt(0));
        assertEquals(0.9999, ema.decayAt(1_000_000));
    }

    @Test
    void withWarmUpItRisesToItsBound() {
        Ema ema = Ema.of(new EmaConfig(0.9, true));
        assertEquals(0.1, ema.decayAt(0));
        assertEquals(2.0 / 11, ema.decayAt(1));
        assertEquals(0.5, ema.decayAt(8));
        // (1 + t) / (10 + t) = 0.9 at t = 80
        assertEquals(80.0 / 89, ema.decayAt(79));
        assertEquals(0.9, ema.decayAt(80), 1e-16);
        assertEquals(0.9, ema.decayAt(81));
    }

    /** What is left of the first weights after a short run: nearly all of them without warm-up, nearly none with it. */
    @Test
    void aShortRunForgetsItsStartOnlyWithWarmUp() {
        double plain = 1;
        double warm = 1;
        for (int t = 0; t < 1000; t++) {
            plain *= new Ema(0.9999, false).decayAt(t);
            warm *= new Ema(0.9999, true).decayAt(t);
        }
        assertEquals(Math.pow(0.9999, 1000), plain, 1e-12);
        // The product of (1 + t) / (10 + t) telescopes to 9! / ((T + 1) ... (T + 9)).
        double rest = 1;
        for (int i = 1; i <= 9; i++) {
            rest *= i / (1000.0 + i);
        }
        assertEquals(rest, warm, 1e-10 * rest);
    }

    @Test
    void badArgumentsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Ema(1, false));
        assertThrows(IllegalArgumentException.class, () -> new Ema(Double.NaN, false));
        assertThrows(IllegalArgumentException.class, () -> new Ema(0.9, true).decayAt(-1));
    }
}
