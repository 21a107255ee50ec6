package org.convnext4j.model.train;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How well scores fit labels. The rank of a picture's class is the number of classes with a higher score, plus those of
 * the same score and a lower number, so ties are broken the same way everywhere and a picture counts as right at top 1
 * exactly if the first of the highest scores is its class.
 */
public final class Metrics {
    private final int classes;
    private final long[] pictures;
    private final long[] top1;
    private final long[] top5;
    private final int[] confusion;
    private final double lossSum;

    Metrics(int classes, long[] pictures, long[] top1, long[] top5, int[] confusion, double lossSum) {
        this.classes = classes;
        this.pictures = pictures.clone();
        this.top1 = top1.clone();
        this.top5 = top5.clone();
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
        return pictures[label] == 0 ? OptionalDouble.empty() : OptionalDouble.of(share(top1[label], pictures[label]));
    }

    /** {@link #top5()} of the pictures of one class; empty if there are none. */
    public OptionalDouble top5(int label) {
        return pictures[label] == 0 ? OptionalDouble.empty() : OptionalDouble.of(share(top5[label], pictures[label]));
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

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static long sum(long[] counts) {
        return Arrays.stream(counts).sum();
    }
}
