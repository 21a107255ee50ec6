package org.convnext4j.model.train;

import org.convnext4j.engine.tensor.Tensor;

/** Counts pictures for {@link Metrics}. Not thread-safe; merge the counters of several. */
public final class MetricsCounter {
    /** Up to this many classes a confusion matrix is kept, of 4 bytes for each pair. */
    public static final int CONFUSION_CLASSES = 4096;

    private static final int TOP = 5;

    private final int classes;
    private final long[] pictures;
    private final long[] top1;
    private final long[] top5;
    private final long[] predicted;
    private final int[] confusion;
    private double lossSum;

    /**
     * A counter for K classes.
     *
     * @throws IllegalArgumentException if there is none
     */
    public MetricsCounter(int classes) {
        Checks.atLeast("the number of classes", classes, 1, "a network has at least one output");
        this.classes = classes;
        pictures = new long[classes];
        top1 = new long[classes];
        top5 = new long[classes];
        predicted = new long[classes];
        confusion = new int[classes <= CONFUSION_CLASSES ? classes * classes : 0];
    }

    /**
     * Counts a batch.
     *
     * @param logits (N,K)
     * @param labels N classes of 0 to K - 1
     * @param losses of each picture, N; added up in their order
     * @throws IllegalArgumentException if a length or a label does not fit; nothing is counted then
     * @throws TrainingException if a score is NaN; the pictures before it are counted
     */
    public void add(Tensor logits, int[] labels, double[] losses) {
        if (logits.shape().rank() != 2
                || logits.dim(0) != labels.length
                || logits.dim(1) != classes
                || losses.length != labels.length) {
            throw new IllegalArgumentException("scores of shape " + logits.shape() + " do not fit " + labels.length
                    + " labels, " + losses.length + " losses and " + classes + " classes");
        }
        for (int label : labels) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("label " + label + " is not in 0.." + (classes - 1));
            }
        }
        for (int n = 0; n < labels.length; n++) {
            count(logits, n, labels[n]);
            lossSum += losses[n];
        }
    }

    /** Adds what another counter of as many classes counted. */
    public void merge(MetricsCounter other) {
        if (other.classes != classes) {
            throw new IllegalArgumentException("counts of " + other.classes + " classes do not fit " + classes);
        }
        for (int label = 0; label < classes; label++) {
            pictures[label] += other.pictures[label];
            top1[label] += other.top1[label];
            top5[label] += other.top5[label];
            predicted[label] += other.predicted[label];
        }
        for (int i = 0; i < confusion.length; i++) {
            confusion[i] += other.confusion[i];
        }
        lossSum += other.lossSum;
    }

    /** What was counted so far. */
    public Metrics metrics() {
        return new Metrics(classes, pictures, top1, top5, predicted, confusion, lossSum);
    }

    private void count(Tensor logits, int row, int label) {
        long start = (long) row * classes;
        float own = logits.get(start + label);
        int rank = 0;
        int first = 0;
        for (int k = 0; k < classes; k++) {
            float score = logits.get(start + k);
            if (Float.isNaN(score)) {
                throw new TrainingException("the network's score of class " + k
                        + " is not a number; its training diverged, so take an earlier checkpoint");
            }
            if (score > own || (score == own && k < label)) {
                rank++;
            }
            if (score > logits.get(start + first)) {
                first = k;
            }
        }
        pictures[label]++;
        top1[label] += rank == 0 ? 1 : 0;
        top5[label] += rank < TOP ? 1 : 0;
        predicted[first]++;
        if (confusion.length > 0) {
            confusion[label * classes + first]++;
        }
    }
}
