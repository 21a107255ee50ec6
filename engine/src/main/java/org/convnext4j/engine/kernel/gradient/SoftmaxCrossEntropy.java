package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.kernel.Operands;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The cross-entropy of a row's softmax with a target distribution t: {@code loss = -sum over k of t[k] log p[k]} and
 * {@code gradLogits[k] = scale (p[k] sum(t) - t[k])}. With hard labels and smoothing s,
 * {@code t[k] = s / K + (k == label ? 1 - s : 0)} (Szegedy et al., 2016).
 *
 * <p>Everything is computed in double: logits are few beside all else, so that there is one implementation. Losses go to
 * a place per row, and whoever calls adds them up in order. A logit that is NaN or infinitely large makes its row's loss
 * NaN.
 */
public final class SoftmaxCrossEntropy {
    private SoftmaxCrossEntropy() {}

    /**
     * Losses and gradients for hard labels.
     *
     * @param rows N
     * @param classes K
     * @param smoothing from 0 to 1
     * @param scale what gradients are multiplied by: 1 / N for the mean over N rows
     * @param logits (N, K)
     * @param logitsBytes offset of row 0
     * @param logitsStride floats from row to row
     * @param labels each row's class, row 0's at {@code labelBegin}
     * @param labelBegin where in the array row 0 is
     * @param losses takes each row's loss, not scaled; row 0's at {@code lossBegin}
     * @param lossBegin where in the array row 0 is
     * @param gradLogits (N, K); may be {@code logits} at the same offset and stride
     * @param gradLogitsBytes offset of row 0
     * @param gradLogitsStride floats from row to row
     * @throws IllegalArgumentException if a label is not from 0 to K - 1, or the smoothing not from 0 to 1
     */
    public static void labels(
            int rows,
            int classes,
            double smoothing,
            double scale,
            MemorySegment logits,
            long logitsBytes,
            int logitsStride,
            int[] labels,
            int labelBegin,
            double[] losses,
            int lossBegin,
            MemorySegment gradLogits,
            long gradLogitsBytes,
            int gradLogitsStride) {
        requireSmoothing(smoothing);
        Operands.inputRows("logits", logits, logitsBytes, rows, logitsStride, classes);
        Operands.outputRows("gradLogits", gradLogits, gradLogitsBytes, rows, gradLogitsStride, classes);
        requireLabels(rows, classes, labels, labelBegin);
        Objects.checkFromIndexSize(lossBegin, rows, losses.length);
        double off = smoothing / classes;
        for (int row = 0; row < rows; row++) {
            long from = logitsBytes + (long) row * logitsStride * Float.BYTES;
            long to = gradLogitsBytes + (long) row * gradLogitsStride * Float.BYTES;
            int label = labels[labelBegin + row];
            double max = max(classes, logits, from);
            double logSum = Math.log(sumExp(classes, logits, from, max));
            losses[lossBegin + row] = smoothedLoss(classes, smoothing, logits, from, label, max + logSum);
            for (int k = 0; k < classes; k++) {
                double p = Math.exp(get(logits, from, k) - max - logSum);
                double target = k == label ? 1 - smoothing + off : off;
                set(gradLogits, to, k, scale * (p - target));
            }
        }
    }

    /**
     * Losses and gradients for soft targets.
     *
     * @param rows N
     * @param classes K
     * @param scale what gradients are multiplied by: 1 / N for the mean over N rows
     * @param logits (N, K)
     * @param logitsBytes offset of row 0
     * @param logitsStride floats from row to row
     * @param targets (N, K), each row a distribution; one that does not sum to 1 is taken as it is
     * @param targetsBytes offset of row 0
     * @param targetsStride floats from row to row
     * @param losses takes each row's loss, not scaled; row 0's at {@code lossBegin}
     * @param lossBegin where in the array row 0 is
     * @param gradLogits (N, K); may be {@code logits} at the same offset and stride
     * @param gradLogitsBytes offset of row 0
     * @param gradLogitsStride floats from row to row
     */
    public static void targets(
            int rows,
            int classes,
            double scale,
            MemorySegment logits,
            long logitsBytes,
            int logitsStride,
            MemorySegment targets,
            long targetsBytes,
            int targetsStride,
            double[] losses,
            int lossBegin,
            MemorySegment gradLogits,
            long gradLogitsBytes,
            int gradLogitsStride) {
        Operands.inputRows("logits", logits, logitsBytes, rows, logitsStride, classes);
        Operands.inputRows("targets", targets, targetsBytes, rows, targetsStride, classes);
        Operands.outputRows("gradLogits", gradLogits, gradLogitsBytes, rows, gradLogitsStride, classes);
        Objects.checkFromIndexSize(lossBegin, rows, losses.length);
        for (int row = 0; row < rows; row++) {
            long from = logitsBytes + (long) row * logitsStride * Float.BYTES;
            long target = targetsBytes + (long) row * targetsStride * Float.BYTES;
            long to = gradLogitsBytes + (long) row * gradLogitsStride * Float.BYTES;
            double max = max(classes, logits, from);
            double logSum = Math.log(sumExp(classes, logits, from, max));
            double loss = 0;
            double sum = 0;
            for (int k = 0; k < classes; k++) {
                double t = get(targets, target, k);
                loss -= t * (get(logits, from, k) - max - logSum);
                sum += t;
            }
            losses[lossBegin + row] = loss;
            for (int k = 0; k < classes; k++) {
                double p = Math.exp(get(logits, from, k) - max - logSum);
                set(gradLogits, to, k, scale * (sum * p - get(targets, target, k)));
            }
        }
    }

    /**
     * The losses for hard labels alone, as evaluation needs them. Parameters and errors as for {@link #labels}.
     */
    public static void evaluate(
            int rows,
            int classes,
            double smoothing,
            MemorySegment logits,
            long logitsBytes,
            int logitsStride,
            int[] labels,
            int labelBegin,
            double[] losses,
            int lossBegin) {
        requireSmoothing(smoothing);
        Operands.inputRows("logits", logits, logitsBytes, rows, logitsStride, classes);
        requireLabels(rows, classes, labels, labelBegin);
        Objects.checkFromIndexSize(lossBegin, rows, losses.length);
        for (int row = 0; row < rows; row++) {
            long from = logitsBytes + (long) row * logitsStride * Float.BYTES;
            double max = max(classes, logits, from);
            double logSum = Math.log(sumExp(classes, logits, from, max));
            losses[lossBegin + row] =
                    smoothedLoss(classes, smoothing, logits, from, labels[labelBegin + row], max + logSum);
        }
    }

    private static double smoothedLoss(
            int classes, double smoothing, MemorySegment logits, long from, int label, double logNormalizer) {
        double loss = (1 - smoothing) * (logNormalizer - get(logits, from, label));
        if (smoothing > 0) {
            double sum = 0;
            for (int k = 0; k < classes; k++) {
                sum += logNormalizer - get(logits, from, k);
            }
            loss += smoothing / classes * sum;
        }
        return loss;
    }

    private static double max(int classes, MemorySegment logits, long from) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            max = Math.max(max, get(logits, from, k));
        }
        return max;
    }

    private static double sumExp(int classes, MemorySegment logits, long from, double max) {
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += Math.exp(get(logits, from, k) - max);
        }
        return sum;
    }

    private static double get(MemorySegment segment, long from, int k) {
        return segment.get(Tensor.FLOAT, from + (long) k * Float.BYTES);
    }

    private static void set(MemorySegment segment, long from, int k, double value) {
        segment.set(Tensor.FLOAT, from + (long) k * Float.BYTES, (float) value);
    }

    private static void requireSmoothing(double smoothing) {
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException("label smoothing is " + smoothing + ", but must be from 0 to 1");
        }
    }

    private static void requireLabels(int rows, int classes, int[] labels, int begin) {
        Objects.checkFromIndexSize(begin, rows, labels.length);
        for (int row = 0; row < rows; row++) {
            int label = labels[begin + row];
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("the label of row " + row + " is " + label + ", but the logits have "
                        + classes + " classes, 0 to " + (classes - 1));
            }
        }
    }
}
