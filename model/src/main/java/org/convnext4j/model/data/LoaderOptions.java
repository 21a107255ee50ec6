package org.convnext4j.model.data;

import java.util.Optional;

/**
 * How batches are put together.
 *
 * @param batchSize N, at least 1
 * @param dropLast whether samples that do not fill a batch are left out
 * @param order in which an epoch takes the samples
 * @param threads how many prepare samples, at least 1
 * @param batches how many the loader has memory for, at least 2: one the caller works on, the others being prepared
 * @param skip whom to tell of samples that cannot be read or prepared and are skipped; if empty, such a sample fails the
 *     loader
 */
public record LoaderOptions(
        int batchSize, boolean dropLast, SampleOrder order, int threads, int batches, Optional<SkipListener> skip) {
    private static final int MAX_THREADS = 1024;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public LoaderOptions {
        if (batchSize < 1) {
            throw new IllegalArgumentException("the batch size must be at least 1, but is " + batchSize);
        }
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("the loader needs 1 to " + MAX_THREADS + " threads, not " + threads);
        }
        if (batches < 2) {
            throw new IllegalArgumentException("the loader needs memory for at least 2 batches, not " + batches);
        }
    }

    /** For training: shuffled, full batches only, one thread, memory for 4 batches, failing. */
    public static LoaderOptions training(int batchSize) {
        return new LoaderOptions(batchSize, true, SampleOrder.SHUFFLED, 1, 4, Optional.empty());
    }

    /** For evaluation: every sample in the data set's order, one thread, memory for 4 batches, failing. */
    public static LoaderOptions evaluation(int batchSize) {
        return new LoaderOptions(batchSize, false, SampleOrder.AS_LISTED, 1, 4, Optional.empty());
    }

    /** The same in another order. */
    public LoaderOptions withOrder(SampleOrder value) {
        return new LoaderOptions(batchSize, dropLast, value, threads, batches, skip);
    }

    /** The same with another treatment of the last samples. */
    public LoaderOptions withDropLast(boolean value) {
        return new LoaderOptions(batchSize, value, order, threads, batches, skip);
    }

    /** The same with another number of threads. */
    public LoaderOptions withThreads(int value) {
        return new LoaderOptions(batchSize, dropLast, order, value, batches, skip);
    }

    /** The same with memory for another number of batches. */
    public LoaderOptions withBatches(int value) {
        return new LoaderOptions(batchSize, dropLast, order, threads, value, skip);
    }

    /** The same, skipping samples that cannot be used. */
    public LoaderOptions skipping(SkipListener listener) {
        return new LoaderOptions(batchSize, dropLast, order, threads, batches, Optional.of(listener));
    }
}
