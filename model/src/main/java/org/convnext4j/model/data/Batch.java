package org.convnext4j.model.data;

import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;

/**
 * N prepared samples. The tensors belong to the loader and are overwritten once it is asked for the next batch; arrays
 * are copies. Read it from any thread.
 */
public final class Batch {
    private final int number;
    private final Tensor images;
    private final Optional<Tensor> targets;
    private final int[] labels;
    private final int[] indices;
    private final boolean[] replaced;

    Batch(int number, Tensor images, Optional<Tensor> targets, int[] labels, int[] indices, boolean[] replaced) {
        this.number = number;
        this.images = images;
        this.targets = targets;
        this.labels = labels;
        this.indices = indices;
        this.replaced = replaced;
    }

    /** Its place in the epoch, from 0. */
    public int number() {
        return number;
    }

    /** N. */
    public int size() {
        return labels.length;
    }

    /** (N, 3, H, W), normalised; mixed where the pipeline mixes. */
    public Tensor images() {
        return images;
    }

    /**
     * (N, K), smoothed and mixed, each row with the sum 1; empty if the pipeline does not mix, in which case the loss
     * takes {@link #labels} and does the smoothing.
     */
    public Optional<Tensor> targets() {
        return targets;
    }

    /** N classes, each 0..K-1, before mixing. */
    public int[] labels() {
        return labels.clone();
    }

    /** N places in the data set; of the sample itself where it {@link #isReplaced replaces} a skipped one. */
    public int[] indices() {
        return indices.clone();
    }

    /** Whether sample n takes the place of one that was skipped, so that an evaluation need not count it twice. */
    public boolean isReplaced(int n) {
        return replaced[n];
    }
}
