package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import org.convnext4j.engine.tensor.Tensor;

/** What of each picture the network sees in an {@link Evaluation}. */
public enum Views {
    /** The prepared picture, as everywhere else. */
    PICTURE,
    /**
     * The prepared picture and its mirror image, left and right exchanged; counted are the means of the two softmax
     * probabilities. Probabilities and not logits, because their mean is a distribution whose loss is at most the mean of
     * the two losses, and one view that is sure of nonsense cannot outvote the other by the size of its logits. Takes
     * twice the time.
     */
    PICTURE_AND_MIRRORED;

    /** The mirror images of (N, C, H, W). */
    static Tensor mirrored(Tensor images, Arena arena) {
        int width = images.dim(3);
        Tensor mirrored = Tensor.allocate(arena, images.dim(0), images.dim(1), images.dim(2), width);
        for (long row = 0; row < images.elements(); row += width) {
            for (int x = 0; x < width; x++) {
                mirrored.set(row + x, images.get(row + width - 1 - x));
            }
        }
        return mirrored;
    }

    /** Overwrites logits (N, K) with the logarithms of the mean of their and the other's probabilities. */
    static void average(Tensor logits, Tensor other) {
        int classes = logits.dim(1);
        for (long row = 0; row < logits.elements(); row += classes) {
            double norm = logSum(logits, row, classes);
            double otherNorm = logSum(other, row, classes);
            for (int k = 0; k < classes; k++) {
                double one = logits.get(row + k) - norm;
                double two = other.get(row + k) - otherNorm;
                double larger = Math.max(one, two);
                // Both may be log 0; the difference of two infinities would be NaN.
                double mean = larger == Double.NEGATIVE_INFINITY
                        ? larger
                        : larger + Math.log((Math.exp(one - larger) + Math.exp(two - larger)) / 2);
                logits.set(row + k, (float) mean);
            }
        }
    }

    /** Logarithm of the sum of the exponentials of a row; NaN if one of them is, or is infinitely large. */
    private static double logSum(Tensor logits, long row, int classes) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            max = Math.max(max, logits.get(row + k));
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += Math.exp(logits.get(row + k) - max);
        }
        return max + Math.log(sum);
    }
}
