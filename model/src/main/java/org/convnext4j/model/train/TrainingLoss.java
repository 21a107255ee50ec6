package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.ClassCounts;

/**
 * The loss of a run: the mean over a batch of the cross-entropy of each picture's softmax with its target distribution t,
 * {@code -sum over k of w[k] t[k] log p[k]} with the class weights w, as PyTorch's {@code CrossEntropyLoss(weight)} has it
 * of each picture. Its mean, though, divides by the weights of the batch, so that a batch of frequent classes alone would
 * count as much as any; here the mean divides by the number of pictures.
 *
 * @param smoothing of labels, 0 to 1; soft targets have theirs
 * @param classWeights w, one for each class; empty if all are 1
 */
public record TrainingLoss(double smoothing, List<Double> classWeights) {
    /**
     * Copies the weights.
     *
     * @throws IllegalArgumentException if the smoothing is not from 0 to 1, or a weight is negative or not finite
     */
    public TrainingLoss {
        classWeights = List.copyOf(classWeights);
        Checks.fraction("the label smoothing", smoothing, "the paper takes 0.1");
        classWeights.forEach(weight -> Checks.notNegative("a class weight", weight, "1 leaves a class as it is"));
    }

    /** Without class weights. */
    public static TrainingLoss even(double smoothing) {
        return new TrainingLoss(smoothing, List.of());
    }

    /** The loss that a run's values ask for on its data. */
    static TrainingLoss of(TrainingConfig config, ClassCounts counts) {
        return new TrainingLoss(
                config.regularisation().labelSmoothing(),
                config.batch().balance() == Balance.LOSS ? weights(counts) : List.of());
    }

    /** The mean number of pictures of a class, divided by that of each; over the data the mean of these is 1. */
    private static List<Double> weights(ClassCounts counts) {
        double mean = (double) counts.pictures() / counts.present();
        return counts.counts().stream()
                .map(count -> count == 0 ? 0.0 : mean / count)
                .toList();
    }

    /**
     * The weighted targets of a batch, (N, K): {@code w[k] t[k]}.
     *
     * @param labels of the pictures, N
     * @param soft their targets, (N, K), which count instead where they are there
     * @param classes K
     * @param arena takes them
     * @throws IllegalArgumentException if the weights are of another number of classes
     * @throws IndexOutOfBoundsException if a label is
     */
    Tensor targets(int[] labels, Optional<Tensor> soft, int classes, Arena arena) {
        if (classWeights.size() != classes) {
            throw new IllegalArgumentException("there are " + classWeights.size() + " class weights for " + classes
                    + " classes; give one for each");
        }
        Tensor weighted = Tensor.allocate(arena, labels.length, classes);
        for (int n = 0; n < labels.length; n++) {
            Objects.checkIndex(labels[n], classes);
            for (int k = 0; k < classes; k++) {
                long at = (long) n * classes + k;
                double target = soft.isPresent()
                        ? soft.get().get(at)
                        : smoothing / classes + (k == labels[n] ? 1 - smoothing : 0);
                weighted.set(at, (float) (classWeights.get(k) * target));
            }
        }
        return weighted;
    }
}
