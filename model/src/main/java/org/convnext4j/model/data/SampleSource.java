package org.convnext4j.model.data;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.PictureFailures;
import org.convnext4j.model.random.Randomness;

/** Reads and prepares samples, and finds a substitute for those that cannot be. Safe for use by many threads. */
final class SampleSource {
    private final Dataset dataset;
    private final Pipeline pipeline;
    private final Randomness randomness;
    private final int epoch;
    private final Optional<SkipListener> skip;
    private final PictureFailures failures = new PictureFailures();
    private final Set<Integer> reported = ConcurrentHashMap.newKeySet();

    SampleSource(Dataset dataset, Pipeline pipeline, Randomness randomness, int epoch, Optional<SkipListener> skip) {
        this.dataset = dataset;
        this.pipeline = pipeline;
        this.randomness = randomness;
        this.epoch = epoch;
        this.skip = skip;
    }

    /**
     * Writes a sample into a batch; if it cannot be used and may be skipped, the next of the data set that can.
     *
     * @param index the place in the data set of the one that is wanted
     * @param stream the number of its random streams
     * @return the place in the data set of what was written
     * @throws ModelException with the sample's name
     */
    int write(int index, int stream, Tensor batch, int n) {
        int size = dataset.size();
        for (int i = 0; i < size; i++) {
            int candidate = (int) (((long) index + i) % size);
            if (reported.contains(candidate)) {
                continue; // read again for each sample before it, a run of bad ones would take the square of the time
            }
            try {
                // Random as the sample that was wanted: the substitute may be in the epoch itself, and so looks
                // different.
                return failures.prepare(dataset.name(candidate), () -> {
                    pipeline.write(dataset.read(candidate), randomness, epoch, stream, batch, n);
                    return candidate;
                });
            } catch (ModelException e) {
                if (skip.isEmpty()) {
                    throw e;
                }
                if (reported.add(candidate)) {
                    skip.get().skipped(candidate, dataset.name(candidate), e);
                }
            }
        }
        throw new DatasetException(
                "not one of the " + size + " samples of " + dataset.description() + " can be used", null);
    }

    int label(int index) {
        return dataset.label(index);
    }
}
