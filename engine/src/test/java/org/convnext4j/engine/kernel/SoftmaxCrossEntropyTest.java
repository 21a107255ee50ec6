package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goldens and differences leave open: layouts, ranges of rows, large logits, mistakes. */
final class SoftmaxCrossEntropyTest {
    private static final int ROWS = 7;
    private static final int CLASSES = 11;

    @ParameterizedTest
    @CsvSource({"0", "0.1", "1"})
    void labelsAreTargetsAtAnyLayoutAndInPlace(double smoothing) {
        Random random = new Random(8);
        float[] logits = Samples.of(Samples.Kind.NORMAL, random, ROWS * CLASSES);
        int[] labels = new int[ROWS + 2];
        float[] soft = new float[ROWS * CLASSES];
        for (int row = 0; row < ROWS; row++) {
            labels[row + 2] = random.nextInt(CLASSES);
            for (int k = 0; k < CLASSES; k++) {
                double target = smoothing / CLASSES + (k == labels[row + 2] ? 1 - smoothing : 0);
                soft[row * CLASSES + k] = (float) target;
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, ROWS, CLASSES).fill(logits);
            Guarded targets = Guarded.strided(arena, random, ROWS, CLASSES).fill(soft);
            Guarded hard = Guarded.strided(arena, random, ROWS, CLASSES);
            Guarded parts = hard.sameLayout(arena);
            Guarded byTargets = Guarded.strided(arena, random, ROWS, CLASSES);
            double[] losses = new double[ROWS + 1];
            double[] lossesInParts = new double[ROWS + 1];
            double[] softLosses = new double[ROWS];
            labels(smoothing, x, labels, 0, ROWS, losses, hard);
            hard.assertGuards("gradient");
            labels(smoothing, x, labels, 0, 3, lossesInParts, parts);
            labels(smoothing, x, labels, 3, ROWS, lossesInParts, parts);
            Bounds.assertSameBits("in parts", hard.values(), parts.values());
            SoftmaxCrossEntropy.targets(
                    ROWS,
                    CLASSES,
                    0.25,
                    x.segment(),
                    x.bytes(),
                    x.stride(),
                    targets.segment(),
                    targets.bytes(),
                    targets.stride(),
                    softLosses,
                    0,
                    byTargets.segment(),
                    byTargets.bytes(),
                    byTargets.stride());
            byTargets.assertGuards("gradient by targets");
            double[] evaluated = new double[ROWS];
            SoftmaxCrossEntropy.evaluate(
                    ROWS, CLASSES, smoothing, x.segment(), x.bytes(), x.stride(), labels, 2, evaluated, 0);
            double[] bounds = new double[ROWS * CLASSES];
            Arrays.fill(bounds, 1e-7);
            Bounds.assertClose("targets", hard.values(), byTargets.values(), bounds);
            for (int row = 0; row < ROWS; row++) {
                assertEquals(losses[row + 1], lossesInParts[row + 1], 0);
                assertEquals(losses[row + 1], evaluated[row], 0);
                assertEquals(losses[row + 1], softLosses[row], 1e-6);
            }
            labels(smoothing, x, labels, 0, ROWS, losses, x);
            x.assertGuards("in place");
            Bounds.assertSameBits("in place", hard.values(), x.values());
        }
    }

    @Test
    void largeLogitsDoNotOverflowAndBrokenOnesShow() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, new float[] {1e30f, 0, -1e30f, Float.NaN, 1, 2}, 2, 3);
            double[] losses = new double[2];
            SoftmaxCrossEntropy.evaluate(2, 3, 0, x.data(), 0, 3, new int[] {0, 1}, 0, losses, 0);
            assertEquals(0, losses[0], 0);
            assertTrue(Double.isNaN(losses[1]));
            x.set(3, Float.POSITIVE_INFINITY);
            SoftmaxCrossEntropy.evaluate(2, 3, 0, x.data(), 0, 3, new int[] {1, 1}, 0, losses, 0);
            assertEquals(1e30, losses[0], 1e23);
            assertTrue(Double.isNaN(losses[1]));
        }
    }

    @Test
    void mistakesAreNamedBeforeAnythingIsWritten() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = Tensor.allocate(arena, 2, 3).data();
            Tensor out = Tensor.of(arena, new float[] {7, 7, 7, 7, 7, 7}, 2, 3);
            double[] losses = {5, 5};
            for (int label : new int[] {-1, 3}) {
                int[] labels = {0, label};
                String message = assertThrows(
                                IllegalArgumentException.class,
                                () -> SoftmaxCrossEntropy.labels(
                                        2, 3, 0.1, 1, x, 0, 3, labels, 0, losses, 0, out.data(), 0, 3))
                        .getMessage();
                assertEquals("the label of row 1 is " + label + ", but the logits have 3 classes, 0 to 2", message);
            }
            int[] labels = {0, 1};
            assertThrows(
                    IllegalArgumentException.class,
                    () -> SoftmaxCrossEntropy.labels(2, 3, 1.5, 1, x, 0, 3, labels, 0, losses, 0, out.data(), 0, 3));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> SoftmaxCrossEntropy.labels(2, 3, 0, 1, x, 0, 3, labels, 1, losses, 0, out.data(), 0, 3));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> SoftmaxCrossEntropy.labels(2, 3, 0, 1, x, 0, 3, labels, 0, losses, 1, out.data(), 0, 3));
            assertEquals(7, out.get(0));
            assertEquals(5, losses[0]);
        }
    }

    /** Rows of the range; labels begin at 2, losses at 1. */
    private static void labels(
            double smoothing, Guarded x, int[] labels, int begin, int end, double[] losses, Guarded gradX) {
        SoftmaxCrossEntropy.labels(
                end - begin,
                CLASSES,
                smoothing,
                0.25,
                x.segment(),
                x.bytes(begin),
                x.stride(),
                labels,
                2 + begin,
                losses,
                1 + begin,
                gradX.segment(),
                gradX.bytes(begin),
                gradX.stride());
    }
}
