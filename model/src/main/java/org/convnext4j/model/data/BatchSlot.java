package org.convnext4j.model.data;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.augment.Mix;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.random.Randomness;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one batch, used for one after another. Samples are written by any number of threads at once, each to
 * places of its own; the rest is guarded by the loader's lock.
 */
final class BatchSlot {
    private final Pipeline pipeline;
    private final Tensor images;
    private final @Nullable Tensor targets;
    private int number;
    private int[] labels = {};
    private int[] indices = {};
    private boolean[] replaced = {};
    private int pending;
    private boolean ready;
    private int failedSample;
    private @Nullable ModelException failure;

    BatchSlot(Arena arena, Pipeline pipeline, int batchSize, int classes) {
        this.pipeline = pipeline;
        this.images = Tensor.allocate(arena, batchSize, 3, pipeline.height(), pipeline.width());
        this.targets = pipeline.mixing().isActive() ? Tensor.allocate(arena, batchSize, classes) : null;
    }

    /** Starts another batch. */
    void begin(int batch, int samples) {
        number = batch;
        labels = new int[samples];
        indices = new int[samples];
        replaced = new boolean[samples];
        pending = samples;
        ready = false;
        failure = null;
    }

    /** Prepares sample n with the random numbers of a stream; without the lock. */
    void write(int n, int index, int stream, SampleSource source) {
        int used = source.write(index, stream, images, n);
        indices[n] = used;
        replaced[n] = used != index;
        labels[n] = source.label(used);
    }

    /** Keeps the problem of the first sample that has one, so that always the same is reported. */
    void fail(int n, ModelException problem) {
        if (failure == null || n < failedSample) {
            failure = problem;
            failedSample = n;
        }
    }

    /** Counts samples as done; whether those were the last. */
    boolean done(int samples) {
        pending -= samples;
        return pending == 0;
    }

    /** Mixes the batch once all its samples are done; without the lock. */
    void mix(Randomness randomness, int epoch) {
        if (targets == null) {
            return;
        }
        Mix mix = pipeline.mixing().draw(pipeline.height(), pipeline.width(), randomness.stream("mix", epoch, number));
        mix.images(view(images));
        mix.targets(labels, pipeline.smoothing(), view(targets));
    }

    void setReady() {
        ready = true;
    }

    /** Whether this batch is ready, or has failed. */
    boolean isReady(int batch) {
        return ready && number == batch;
    }

    /**
     * The batch that is ready.
     *
     * @throws ModelException if a sample failed
     */
    Batch batch() {
        if (failure != null) {
            throw failure;
        }
        Optional<Tensor> soft = targets == null ? Optional.empty() : Optional.of(view(targets));
        return new Batch(number, view(images), soft, labels, indices, replaced);
    }

    /** The first samples of a tensor: a smaller last batch. */
    private Tensor view(Tensor whole) {
        if (labels.length == whole.dim(0)) {
            return whole;
        }
        List<Integer> dims = new ArrayList<>(whole.shape().dims());
        dims.set(0, labels.length);
        Shape shape = new Shape(dims);
        return new Tensor(shape, whole.data().asSlice(0, shape.elements() * Float.BYTES));
    }
}
