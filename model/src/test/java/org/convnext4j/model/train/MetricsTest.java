package org.convnext4j.model.train;

import static org.convnext4j.model.train.Runs.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
    private static Metrics count(int classes, float[] logits, int... labels) {
        try (Arena arena = Arena.ofConfined()) {
            MetricsCounter counter = new MetricsCounter(classes);
            counter.add(Tensor.of(arena, logits, labels.length, classes), labels, new double[labels.length]);
            return counter.metrics();
        }
    }

    @Test
    void tiesGoToTheLowerNumber() {
        float[] equal = new float[7];
        for (int label = 0; label < 7; label++) {
            Metrics metrics = count(7, equal, label);
            assertEquals(label == 0 ? 1 : 0, metrics.top1());
            assertEquals(label < 5 ? 1 : 0, metrics.top5());
            assertEquals(1, metrics.confusion(label, 0));
        }
        assertEquals(1, count(3, new float[] {-0f, 0f, -1f}, 0).top1());
        float[] infinite = {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY};
        assertEquals(1, count(3, infinite, 1).top1());
        assertEquals(0, count(3, infinite, 2).top1());
    }

    /** Against a stable sort of the classes by score, on scores of few values, so that ties abound. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6, 17})
    void countsAreThoseOfASort(int classes) {
        SplittableRandom random = new SplittableRandom(classes);
        int pictures = 101;
        float[] logits = new float[pictures * classes];
        int[] labels = new int[pictures];
        double[] losses = new double[pictures];
        long[] ofClass = new long[classes];
        long[] right = new long[classes];
        long[] among = new long[classes];
        long[][] taken = new long[classes][classes];
        for (int n = 0; n < pictures; n++) {
            List<Integer> order = new ArrayList<>();
            for (int k = 0; k < classes; k++) {
                logits[n * classes + k] = random.nextInt(6) - 3;
                order.add(k);
            }
            int start = n * classes;
            order.sort(Comparator.comparingDouble(k -> -logits[start + k]));
            labels[n] = random.nextInt(classes);
            losses[n] = random.nextDouble();
            int rank = order.indexOf(labels[n]);
            ofClass[labels[n]]++;
            right[labels[n]] += rank == 0 ? 1 : 0;
            among[labels[n]] += rank < 5 ? 1 : 0;
            taken[labels[n]][order.get(0)]++;
        }
        Metrics metrics = inTwoParts(classes, logits, labels, losses);
        assertEquals(pictures, metrics.pictures());
        long allRight = 0;
        for (int k = 0; k < classes; k++) {
            allRight += right[k];
            assertEquals(ofClass[k], metrics.pictures(k));
            OptionalDouble top1 =
                    ofClass[k] == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) right[k] / ofClass[k]);
            assertEquals(top1, metrics.top1(k));
            OptionalDouble top5 =
                    ofClass[k] == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) among[k] / ofClass[k]);
            assertEquals(top5, metrics.top5(k));
            for (int j = 0; j < classes; j++) {
                assertEquals(taken[k][j], metrics.confusion(k, j));
            }
        }
        assertEquals((double) allRight / pictures, metrics.top1());
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        assertEquals(sum / pictures, metrics.loss(), 1e-14);
        assertTrue(classes > 5 || metrics.top5() == 1);
    }

    private static Metrics inTwoParts(int classes, float[] logits, int[] labels, double[] losses) {
        int cut = 37;
        MetricsCounter first = new MetricsCounter(classes);
        MetricsCounter second = new MetricsCounter(classes);
        try (Arena arena = Arena.ofConfined()) {
            first.add(
                    Tensor.of(arena, Arrays.copyOf(logits, cut * classes), cut, classes),
                    Arrays.copyOf(labels, cut),
                    Arrays.copyOf(losses, cut));
            second.add(
                    Tensor.of(
                            arena,
                            Arrays.copyOfRange(logits, cut * classes, logits.length),
                            labels.length - cut,
                            classes),
                    Arrays.copyOfRange(labels, cut, labels.length),
                    Arrays.copyOfRange(losses, cut, labels.length));
        }
        first.merge(second);
        return first.metrics();
    }

    /**
     * What scikit-learn 1.9's precision_recall_fscore_support gives for these twelve pictures, with labels 0 to 3 for the
     * macro averages, and its balanced_accuracy_score. Class 3 is taken for none; class 4 has no picture but one is taken
     * for it, and class 5 has neither.
     */
    @Test
    void precisionRecallAndF1AreScikitLearns() {
        int[] labels = {0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 2};
        int[] predicted = {0, 0, 1, 4, 1, 1, 0, 2, 2, 0, 2, 1};
        Metrics metrics = count(6, scores(6, predicted), labels);
        double[] precision = {1 / 2., 1 / 2., 2 / 3., Double.NaN, 0, Double.NaN};
        double[] recall = {1 / 2., 2 / 3., 2 / 3., 0, Double.NaN, Double.NaN};
        double[] f1 = {1 / 2., 4 / 7., 2 / 3., 0, 0, Double.NaN};
        for (int label = 0; label < 6; label++) {
            assertEquals(precision[label], metrics.precision(label).orElse(Double.NaN), 1e-15, "precision " + label);
            assertEquals(recall[label], metrics.recall(label).orElse(Double.NaN), 1e-15, "recall " + label);
            assertEquals(f1[label], metrics.f1(label).orElse(Double.NaN), 1e-15, "F1 " + label);
        }
        assertEquals(0.41666666666666663, metrics.macroPrecision(), 1e-15);
        assertEquals(0.45833333333333326, metrics.macroRecall(), 1e-15);
        assertEquals(0.43452380952380953, metrics.macroF1(), 1e-15);
        assertEquals(4, metrics.predicted(0));
        assertEquals(0, metrics.predicted(3));
    }

    /** Rows whose highest score is that of the class given for each. */
    private static float[] scores(int classes, int[] predicted) {
        float[] scores = new float[predicted.length * classes];
        for (int n = 0; n < predicted.length; n++) {
            scores[n * classes + predicted[n]] = 1;
        }
        return scores;
    }

    /** A merge adds up predictions too, and beyond the confusion matrix's classes they are counted as well. */
    @Test
    void predictionsAreCountedWithoutAMatrix() {
        int classes = MetricsCounter.CONFUSION_CLASSES + 1;
        MetricsCounter counter = new MetricsCounter(classes);
        MetricsCounter other = new MetricsCounter(classes);
        try (Arena arena = Arena.ofConfined()) {
            Tensor logits = Tensor.of(arena, scores(classes, new int[] {4096}), 1, classes);
            counter.add(logits, new int[] {7}, new double[1]);
            other.add(logits, new int[] {4096}, new double[1]);
        }
        counter.merge(other);
        Metrics metrics = counter.metrics();
        assertFalse(metrics.hasConfusion());
        assertEquals(OptionalDouble.of(0.5), metrics.precision(4096));
        assertEquals(OptionalDouble.of(2 / 3.), metrics.f1(4096));
        assertEquals(OptionalDouble.of(0), metrics.f1(7));
    }

    @Test
    void nothingCountedIsNothingRight() {
        Metrics metrics = new MetricsCounter(3).metrics();
        assertEquals(0, metrics.top1());
        assertEquals(0, metrics.loss());
        assertTrue(metrics.top1(2).isEmpty());
        assertTrue(metrics.precision(2).isEmpty());
        assertTrue(metrics.f1(2).isEmpty());
        assertEquals(0, metrics.macroF1());
    }

    @Test
    void manyClassesHaveNoConfusionMatrix() {
        Metrics metrics = new MetricsCounter(21_841).metrics();
        assertFalse(metrics.hasConfusion());
        assertThrows(IllegalStateException.class, () -> metrics.confusion(0, 0));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> count(3, new float[3], 3));
        assertThrows(IllegalArgumentException.class, () -> count(3, new float[3], -1));
        assertThrows(IllegalArgumentException.class, () -> new MetricsCounter(0));
        assertThrows(IllegalArgumentException.class, () -> new MetricsCounter(2).merge(new MetricsCounter(3)));
        try (Arena arena = Arena.ofConfined()) {
            Tensor logits = Tensor.allocate(arena, 2, 3);
            MetricsCounter counter = new MetricsCounter(3);
            assertThrows(IllegalArgumentException.class, () -> counter.add(logits, new int[1], new double[1]));
            assertThrows(IllegalArgumentException.class, () -> counter.add(logits, new int[2], new double[1]));
        }
        assertRefused(() -> count(3, new float[] {0, 1, Float.NaN}, 1), "class 2", "diverged");
    }
}
