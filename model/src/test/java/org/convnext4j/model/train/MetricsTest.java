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

    @Test
    void nothingCountedIsNothingRight() {
        Metrics metrics = new MetricsCounter(3).metrics();
        assertEquals(0, metrics.top1());
        assertEquals(0, metrics.loss());
        assertTrue(metrics.top1(2).isEmpty());
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
