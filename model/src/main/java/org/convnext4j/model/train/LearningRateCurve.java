package org.convnext4j.model.train;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The loss against the learning rate, as a {@link LearningRateFinder} measured it. Immutable.
 *
 * @param points in the order of their rates
 * @param end why there are no more
 */
public record LearningRateCurve(List<LearningRatePoint> points, End end) {
    /** Why a test ended. */
    public enum End {
        /** The highest rate was tried. */
        HIGHEST_RATE,
        /** The loss became {@value LearningRateCurve#DIVERGED_TIMES} times the lowest, or no number. */
        DIVERGED,
        /** It was asked to. */
        STOPPED
    }

    /** The mean loss of late that is so many times the lowest has diverged. */
    static final int DIVERGED_TIMES = 4;

    /** How far below the rate with the lowest loss a suggestion stays. */
    private static final double MARGIN = 3;

    /** How much of the mean loss of late a step keeps. */
    private static final double KEPT = 0.8;

    /** The width (one deviation) of the smoothing, as a share of the steps. */
    private static final double WIDTH = 0.03;

    /** The loss must fall by so many deviations of a difference of two smoothed losses that are noise alone. */
    private static final double SIGNIFICANT = 5;

    /** Copies the points. */
    public LearningRateCurve {
        points = List.copyOf(points);
    }

    /** Whether the mean of the last losses is far above the lowest that it was. */
    static boolean hasDiverged(List<LearningRatePoint> points) {
        double mean = 0;
        double weight = 0;
        double lowest = Double.POSITIVE_INFINITY;
        for (LearningRatePoint point : points) {
            if (!Double.isFinite(point.loss())) {
                return true;
            }
            mean = KEPT * mean + (1 - KEPT) * point.loss();
            weight = KEPT * weight + (1 - KEPT);
            lowest = Math.min(lowest, mean / weight);
        }
        return mean / weight > DIVERGED_TIMES * lowest;
    }

    /**
     * The losses, each the mean of its neighbours on both sides by a Gaussian, so that the curve is not shifted towards
     * higher rates as an average of the past would be; those that are not finite are left out.
     */
    public double[] smoothed() {
        double[] losses = points.stream()
                .mapToDouble(LearningRatePoint::loss)
                .takeWhile(Double::isFinite)
                .toArray();
        double width = width();
        double[] smoothed = new double[losses.length];
        for (int i = 0; i < losses.length; i++) {
            double sum = 0;
            double weights = 0;
            for (int j = 0; j < losses.length; j++) {
                double weight = Math.exp(-0.5 * Math.pow((i - j) / width, 2));
                sum += weight * losses[j];
                weights += weight;
            }
            smoothed[i] = sum / weights;
        }
        return smoothed;
    }

    private double width() {
        return Math.max(1, WIDTH * points.size());
    }

    /**
     * The rate to train with, as a value of {@code optimizer.learningRate}: where the smoothed loss falls fastest against
     * the logarithm of the rate, of the rates up to a third of that with the lowest loss, which is too near to where
     * nothing is learned any more. Empty if the loss does not fall by more than its noise.
     */
    public OptionalDouble suggestion() {
        double[] smoothed = smoothed();
        int lowest = lowest(smoothed);
        if (lowest < 1 || !falls(smoothed, lowest)) {
            return OptionalDouble.empty();
        }
        OptionalDouble steepest = OptionalDouble.empty();
        double most = Double.NEGATIVE_INFINITY;
        double highest = points.get(lowest).rate() / MARGIN;
        for (int i = 1; i < lowest && points.get(i).rate() <= highest; i++) {
            double fall = smoothed[i - 1] - smoothed[i + 1];
            if (fall > most) {
                most = fall;
                steepest = OptionalDouble.of(points.get(i).rate());
            }
        }
        return steepest;
    }

    /** The rate with the lowest smoothed loss; empty if there is no loss. At it, a run does not learn any more. */
    public OptionalDouble lowestAt() {
        int lowest = lowest(smoothed());
        return lowest < 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(points.get(lowest).rate());
    }

    private static int lowest(double[] smoothed) {
        int lowest = -1;
        for (int i = 0; i < smoothed.length; i++) {
            lowest = lowest < 0 || smoothed[i] < smoothed[lowest] ? i : lowest;
        }
        return lowest;
    }

    private boolean falls(double[] smoothed, int lowest) {
        double squares = 0;
        for (int i = 0; i <= lowest; i++) {
            squares += Math.pow(points.get(i).loss() - smoothed[i], 2);
        }
        double noise = Math.sqrt(squares / (lowest + 1));
        double averaged = 2 * Math.sqrt(Math.PI) * width();
        double highest = Arrays.stream(smoothed, 0, lowest).max().orElse(0);
        return highest - smoothed[lowest] > SIGNIFICANT * noise * Math.sqrt(2 / averaged);
    }
}
