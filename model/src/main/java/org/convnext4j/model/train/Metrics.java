package org.convnext4j.model.train;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How well scores fit labels. The rank of a picture's class is the number of classes with a higher score, plus those of
 * the same score and a lower number, so ties are broken the same way everywhere and a picture counts as right at top 1
 * exactly if the first of the highest scores is its class.
 *
 * <p>A picture is taken for the class at rank 0. Of a class, precision is the share of the pictures taken for it that are
 * of it, recall the share of its pictures that are taken for it, and F1 their harmonic mean. Where such a share is of
 * nothing, it is empty: the precision of a class that no picture is taken for, the recall of one without pictures, the F1
 * of one with neither. The macro averages are over the classes that have pictures, each class counting the same, and an
 * empty precision counts as 0 there; these are scikit-learn's figures for {@code labels} of those classes and {@code
 * zero_division=0}. Immutable.
 */
public final class Metrics {
    private final int classes;
    private final long[] pictures;
    private final long[] top1;
    private final long[] top5;
    private final long[] predicted;
    private final int[] confusion;
    private final double lossSum;

    Metrics(int classes, long[] pictures, long[] top1, long[] top5, long[] predicted, int[] confusion, double lossSum) {
        this.classes = classes;
        this.pictures = pictures.clone();
        this.top1 = top1.clone();
        this.top5 = top5.clone();
        this.predicted = predicted.clone();
        this.confusion = confusion.clone();
        this.lossSum = lossSum;
    }

    /** K. */
    public int classes() {
        return classes;
    }

    /** How many pictures were counted. */
    public long pictures() {
        return sum(pictures);
    }

    /** Share of pictures whose class has the highest score; 0 without pictures. */
    public double top1() {
        return share(sum(top1), pictures());
    }

    /** Share of pictures whose class is among the five highest scores; 1 if there are no more than five classes. */
    public double top5() {
        return share(sum(top5), pictures());
    }

    /** Mean loss over the pictures; 0 without pictures. */
    public double loss() {
        return pictures() == 0 ? 0 : lossSum / pictures();
    }

    /** How many pictures are of a class. */
    public long pictures(int label) {
        return pictures[label];
    }

    /** {@link #top1()} of the pictures of one class; empty if there are none. */
    public OptionalDouble top1(int label) {
        return shareIfAny(top1[label], pictures[label]);
    }

    /** {@link #top5()} of the pictures of one class; empty if there are none. */
    public OptionalDouble top5(int label) {
        return shareIfAny(top5[label], pictures[label]);
    }

    /** How many pictures, of whichever class, are taken for a class. */
    public long predicted(int label) {
        return predicted[label];
    }

    /** Share of the pictures taken for a class that are of it; empty if none is taken for it. */
    public OptionalDouble precision(int label) {
        return shareIfAny(top1[label], predicted[label]);
    }

    /** Share of the pictures of a class that are taken for it, which is {@link #top1(int)}; empty if there are none. */
    public OptionalDouble recall(int label) {
        return top1(label);
    }

    /**
     * Harmonic mean of precision and recall of a class: 0 if it has pictures or some are taken for it, but none rightly;
     * empty if it has none and none is taken for it.
     */
    public OptionalDouble f1(int label) {
        return shareIfAny(2 * top1[label], pictures[label] + predicted[label]);
    }

    /** Mean {@link #precision} of the classes that have pictures; 0 without pictures. */
    public double macroPrecision() {
        return macro(this::precision);
    }

    /** Mean {@link #recall} of the classes that have pictures, also called balanced accuracy; 0 without pictures. */
    public double macroRecall() {
        return macro(this::recall);
    }

    /** Mean {@link #f1} of the classes that have pictures; 0 without pictures. */
    public double macroF1() {
        return macro(this::f1);
    }

    /** Whether {@link #confusion} is there: up to {@link MetricsCounter#CONFUSION_CLASSES} classes. */
    public boolean hasConfusion() {
        return confusion.length > 0;
    }

    /**
     * How many pictures of one class were taken for another.
     *
     * @param label the pictures' class
     * @param predicted the class with the highest score
     * @throws IllegalStateException if there are too many classes for the table
     */
    public long confusion(int label, int predicted) {
        if (!hasConfusion()) {
            throw new IllegalStateException("no confusion matrix is kept for " + classes + " classes");
        }
        return confusion[label * classes + predicted];
    }

    private double macro(IntFunction<OptionalDouble> ofClass) {
        return IntStream.range(0, classes)
                .filter(label -> pictures[label] > 0)
                .mapToDouble(label -> ofClass.apply(label).orElse(0))
                .average()
                .orElse(0);
    }

    private static OptionalDouble shareIfAny(long part, long whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of(share(part, whole));
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static long sum(long[] counts) {
        return Arrays.stream(counts).sum();
    }
}
