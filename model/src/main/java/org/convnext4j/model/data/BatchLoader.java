package org.convnext4j.model.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.PictureThreads;
import org.convnext4j.model.random.Randomness;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch in their order, prepared ahead by daemon threads in a ring of fixed memory. What the batches
 * hold depends on the data set, the pipeline, the seed, the epoch and the batch's number alone: not on the number of
 * threads, nor on the batch it starts from.
 *
 * <p>Not thread-safe. A batch is valid until the next call of {@link #next} or {@link #close}.
 * Close the loader, also before its end: its threads and its memory outlive it otherwise.
 */
public final class BatchLoader implements Iterator<Batch>, AutoCloseable {
    private final EpochPlan plan;
    private final SampleSource source;
    private final Randomness randomness;
    private final int epoch;
    private final BatchRing ring;
    private final PictureThreads threads = new PictureThreads("convnext4j-data");
    private int nextBatch;

    private BatchLoader(
            EpochPlan plan, SampleSource source, Randomness randomness, int epoch, BatchRing ring, int firstBatch) {
        this.plan = plan;
        this.source = source;
        this.randomness = randomness;
        this.epoch = epoch;
        this.ring = ring;
        this.nextBatch = firstBatch;
    }

    /**
     * Starts an epoch, or the rest of one.
     *
     * @param dataset the samples
     * @param pipeline what happens to them
     * @param options sizes and threads
     * @param randomness the run's seed
     * @param epoch from 0
     * @param firstBatch the number of the first batch to give, from 0 to the epoch's number of batches
     * @throws IllegalArgumentException if the epoch has no batch, or not so many, or odd ones that are to be mixed
     * @throws DatasetException if there is no memory for the batches
     */
    public static BatchLoader open(
            Dataset dataset,
            Pipeline pipeline,
            LoaderOptions options,
            Randomness randomness,
            int epoch,
            int firstBatch) {
        EpochPlan plan = new EpochPlan(dataset, options, randomness, epoch);
        requirePlan(plan, dataset, pipeline, options, firstBatch);
        SampleSource source = new SampleSource(dataset, pipeline, randomness, epoch, options.skip());
        BatchRing ring = new BatchRing(plan, options, firstBatch);
        BatchLoader loader = new BatchLoader(plan, source, randomness, epoch, ring, firstBatch);
        boolean started = false;
        try {
            int slots = Math.min(options.batches(), Math.max(1, plan.batches() - firstBatch));
            ring.allocate(
                    slots, pipeline, options.batchSize(), dataset.classNames().size());
            loader.threads.start(options.threads(), loader::work, ring::start);
            started = true;
            return loader;
        } catch (OutOfMemoryError e) {
            throw new DatasetException(
                    "there is not enough memory for " + options.batches() + " batches of " + options.batchSize()
                            + " x 3 x "
                            + pipeline.height() + " x " + pipeline.width()
                            + " floats and the threads that prepare them; choose a smaller batch size or fewer batches"
                            + " ahead, or raise -XX:MaxDirectMemorySize",
                    e);
        } finally {
            if (!started) {
                loader.close();
            }
        }
    }

    private static void requirePlan(
            EpochPlan plan, Dataset dataset, Pipeline pipeline, LoaderOptions options, int firstBatch) {
        if (plan.batches() == 0) {
            throw new IllegalArgumentException(dataset.description() + " do not fill a batch of " + options.batchSize()
                    + "; choose a smaller batch size or keep the last batch");
        }
        if (firstBatch < 0 || firstBatch > plan.batches()) {
            throw new IllegalArgumentException(
                    "the first batch must be from 0 to " + plan.batches() + ", but is " + firstBatch);
        }
        int last = plan.samplesIn(plan.batches() - 1);
        if (pipeline.mixing().isActive() && ((plan.batches() > 1 && options.batchSize() % 2 != 0) || last % 2 != 0)) {
            throw new IllegalArgumentException("only batches of an even size can be mixed, but they have "
                    + options.batchSize() + " samples and the last has " + last
                    + "; choose an even batch size and drop the last batch, or switch mixing off");
        }
    }

    /** How many batches the whole epoch has. */
    public int batches() {
        return plan.batches();
    }

    /** Whether the epoch goes on; false once the loader is closed or has failed. */
    @Override
    public boolean hasNext() {
        return !ring.isClosed() && nextBatch < plan.batches();
    }

    /**
     * The next batch; waits until it is prepared. The one before is no longer valid.
     *
     * @throws ModelException if a sample of it could not be used, with the sample's name, which closes the loader; or if
     *     the thread was interrupted, after which it may be called again
     * @throws NoSuchElementException if the epoch has ended or the loader is closed
     */
    @Override
    public Batch next() {
        Batch batch = hasNext() ? take() : null;
        if (batch == null) {
            throw new NoSuchElementException(ring.isClosed() ? "the loader is closed" : "the epoch has ended");
        }
        nextBatch++;
        return batch;
    }

    private @Nullable Batch take() {
        try {
            return ring.take(nextBatch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException("interrupted while waiting for batch " + nextBatch, e);
        } catch (ModelException e) {
            ring.close();
            throw e;
        }
    }

    /**
     * Ends the threads, each after the sample it is at, and gives the memory back. Waits for them, unless one of them
     * calls. Does nothing the second time.
     */
    @Override
    public void close() {
        ring.close();
        threads.join();
    }

    private void work() {
        try {
            for (BatchRing.Claim claim = ring.claim(); claim != null; claim = ring.claim()) {
                prepare(claim);
            }
        } finally {
            ring.leave();
        }
    }

    // Whatever is thrown, the caller must hear of it instead of waiting for ever.
    private void prepare(BatchRing.Claim claim) {
        for (int n = claim.first(); n < claim.first() + claim.samples() && !ring.isClosed(); n++) {
            int index = plan.index(claim.batch(), n);
            try {
                claim.slot().write(n, index, plan.stream(claim.batch(), n), source);
            } catch (ModelException e) {
                ring.fail(claim, n, e);
            } catch (Throwable e) {
                ring.fail(claim, n, new DatasetException("sample " + index + ": cannot be prepared (" + e + ")", e));
            }
        }
        if (ring.done(claim)) {
            try {
                claim.slot().mix(randomness, epoch);
            } catch (Throwable e) {
                ring.fail(claim, 0, new DatasetException("batch " + claim.batch() + " cannot be mixed (" + e + ")", e));
            }
            ring.ready(claim);
        }
    }
}
