package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateCurveTest {
    private static final LearningRateSweep SWEEP = LearningRateSweep.DEFAULT;

    /** The losses of a function of the rate's decimal logarithm, with noise. */
    private static LearningRateCurve curve(DoubleUnaryOperator loss, double noise, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<LearningRatePoint> points = new ArrayList<>();
        for (int step = 0; step < SWEEP.steps(); step++) {
            double rate = SWEEP.at(step);
            double exact = loss.applyAsDouble(Math.log10(rate));
            points.add(new LearningRatePoint(rate, exact + noise * random.nextDouble(-1, 1)));
        }
        return new LearningRateCurve(points, LearningRateCurve.End.HIGHEST_RATE);
    }

    /** Falls by 1 around 1e-3, where it is steepest, and rises from 1e-1 on. */
    private static double typical(double log) {
        return 2.3 - 1 / (1 + Math.exp(-3 * (log + 3))) + Math.exp(4 * (log + 0.6));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theSuggestionIsWhereTheLossFallsFastest(long seed) {
        double exact =
                curve(LearningRateCurveTest::typical, 0, seed).suggestion().orElseThrow();
        assertEquals(-3, Math.log10(exact), 0.1);
        double noisy =
                curve(LearningRateCurveTest::typical, 0.1, seed).suggestion().orElseThrow();
        assertEquals(-3, Math.log10(noisy), 0.5);
    }

    /** A loss that falls fastest just before it rises: what it says of the rates there is not to be trusted. */
    @Test
    void theSuggestionStaysAwayFromTheRise() {
        LearningRateCurve curve = curve(log -> log < -2 ? 2 - Math.exp(log + 2) : 1 + 3 * (log + 2), 0, 1);
        double lowest = curve.lowestAt().orElseThrow();
        double suggestion = curve.suggestion().orElseThrow();
        assertTrue(suggestion <= lowest / 3 && suggestion > lowest / 4, suggestion + " of " + lowest);
    }

    @Test
    void theLowestIsBeforeTheRise() {
        LearningRateCurve curve = curve(LearningRateCurveTest::typical, 0, 1);
        double lowest = Math.log10(curve.lowestAt().orElseThrow());
        assertTrue(lowest > -2 && lowest < -1, () -> "it is at 1e" + lowest);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noiseSuggestsNothing(long seed) {
        assertTrue(curve(log -> 2.3, 0.2, seed).suggestion().isEmpty());
        assertTrue(curve(log -> 2.3 + Math.exp(log), 0.2, seed).suggestion().isEmpty());
    }

    @Test
    void nothingIsSuggestedOfAFewPoints() {
        for (int count = 0; count < 3; count++) {
            List<LearningRatePoint> points = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                points.add(new LearningRatePoint(SWEEP.at(i), 2));
            }
            LearningRateCurve curve = new LearningRateCurve(points, LearningRateCurve.End.STOPPED);
            assertTrue(curve.suggestion().isEmpty());
            assertEquals(count == 0, curve.lowestAt().isEmpty());
        }
    }

    /** A constant stays one, also at the ends, and a symmetric smoothing does not shift the middle of a step. */
    @Test
    void smoothingShiftsNothing() {
        for (double loss : curve(log -> 1.5, 0, 1).smoothed()) {
            assertEquals(1.5, loss, 1e-12);
        }
        double[] smoothed = curve(log -> log < SWEEP_MIDDLE ? 1 : 0, 0, 1).smoothed();
        assertEquals(0.5, (smoothed[49] + smoothed[50]) / 2, 1e-12);
    }

    /** Between the fiftieth and the next of a hundred rates from 1e-7 to 10. */
    private static final double SWEEP_MIDDLE = -3;

    @Test
    void lossesThatAreNoNumbersAreLeftOut() {
        List<LearningRatePoint> points = new ArrayList<>(
                curve(LearningRateCurveTest::typical, 0, 1).points().subList(0, 80));
        double without = new LearningRateCurve(points, LearningRateCurve.End.DIVERGED)
                .suggestion()
                .orElseThrow();
        points.add(new LearningRatePoint(SWEEP.at(80), Double.NaN));
        LearningRateCurve curve = new LearningRateCurve(points, LearningRateCurve.End.DIVERGED);
        assertEquals(80, curve.smoothed().length);
        assertEquals(without, curve.suggestion().orElseThrow());
    }

    @Test
    void divergingIsFourTimesTheLowest() {
        List<LearningRatePoint> points = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            points.add(new LearningRatePoint(SWEEP.at(i), 1));
            assertFalse(LearningRateCurve.hasDiverged(points));
        }
        points.add(new LearningRatePoint(SWEEP.at(20), 10));
        assertFalse(LearningRateCurve.hasDiverged(points), "one bad batch");
        points.add(new LearningRatePoint(SWEEP.at(21), 10));
        assertTrue(LearningRateCurve.hasDiverged(points));
        assertTrue(LearningRateCurve.hasDiverged(List.of(new LearningRatePoint(1, Double.POSITIVE_INFINITY))));
    }
}
