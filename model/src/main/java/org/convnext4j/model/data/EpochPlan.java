package org.convnext4j.model.data;

import org.convnext4j.model.random.Randomness;
import org.jspecify.annotations.Nullable;

/** Which samples make up the batches of an epoch. Immutable. */
final class EpochPlan {
    private final int samples;
    private final int batchSize;
    private final int batches;
    private final int @Nullable [] order;

    EpochPlan(int samples, LoaderOptions options, Randomness randomness, int epoch) {
        this.samples = samples;
        this.batchSize = options.batchSize();
        this.batches = options.dropLast() ? samples / batchSize : (int) ((samples + batchSize - 1L) / batchSize);
        this.order = options.shuffle() ? randomness.stream("order", epoch, 0).permutation(samples) : null;
    }

    int batches() {
        return batches;
    }

    /** N of a batch: only the last one of an epoch may be smaller. */
    int samplesIn(int batch) {
        return (int) Math.min(batchSize, samples - (long) batch * batchSize);
    }

    /** The place in the data set of sample n of a batch. */
    int index(int batch, int n) {
        int position = batch * batchSize + n;
        return order == null ? position : order[position];
    }
}
