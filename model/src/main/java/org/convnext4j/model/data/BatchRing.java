package org.convnext4j.model.data;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.convnext4j.model.failure.ModelException;
import org.jspecify.annotations.Nullable;

/**
 * The batches that have memory at one time, and who may do what with them: the caller holds one batch, the threads claim
 * samples of the ones that follow, as many as there are slots. The last to go, caller or thread, frees the memory.
 */
final class BatchRing {
    /** A thread takes at most so many samples at once; fewer keep all threads busy with one batch. */
    private static final int MAX_CLAIM = 16;

    /** Some samples of a batch, for one thread. */
    record Claim(BatchSlot slot, int batch, int first, int samples) {}

    private final EpochPlan plan;
    private final int claimSamples;
    private final List<BatchSlot> slots = new ArrayList<>();
    private final Arena arena;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition slotFreed = lock.newCondition();
    private final Condition batchReady = lock.newCondition();
    // guarded by the lock
    private int claimedBatch;
    private int claimedSamples;
    private int released;
    private int running;
    // written with the lock
    private volatile boolean closed;

    @SuppressWarnings("MustBeClosedChecker") // closed by the last to go
    BatchRing(EpochPlan plan, LoaderOptions options, int firstBatch) {
        this.plan = plan;
        this.claimSamples = Math.max(1, Math.min(MAX_CLAIM, options.batchSize() / (4 * options.threads())));
        this.claimedBatch = firstBatch;
        this.released = firstBatch;
        this.arena = Arena.ofShared();
    }

    /** Takes memory for batches; before the first claim. */
    void allocate(int count, Pipeline pipeline, int batchSize, int classes) {
        for (int i = 0; i < count; i++) {
            slots.add(new BatchSlot(arena, pipeline, batchSize, classes));
        }
    }

    /** Starts a thread, which must call {@link #leave} when it ends. */
    void start(Thread thread) {
        lock.lock();
        try {
            thread.start();
            running++;
        } finally {
            lock.unlock();
        }
    }

    /** The next samples, once their batch has memory; null at the end. */
    @Nullable
    Claim claim() {
        lock.lock();
        try {
            while (!closed && claimedBatch < plan.batches() && claimedBatch - released >= slots.size()) {
                slotFreed.awaitUninterruptibly();
            }
            if (closed || claimedBatch >= plan.batches()) {
                return null;
            }
            BatchSlot slot = slotOf(claimedBatch);
            int all = plan.samplesIn(claimedBatch);
            if (claimedSamples == 0) {
                slot.begin(claimedBatch, all);
            }
            int samples = Math.min(claimSamples, all - claimedSamples);
            Claim claim = new Claim(slot, claimedBatch, claimedSamples, samples);
            claimedSamples += samples;
            if (claimedSamples == all) {
                claimedBatch++;
                claimedSamples = 0;
            }
            return claim;
        } finally {
            lock.unlock();
        }
    }

    /** Notes that sample n of a claim's batch failed; it must be counted as done all the same. */
    void fail(Claim claim, int n, ModelException problem) {
        lock.lock();
        try {
            claim.slot().fail(n, problem);
        } finally {
            lock.unlock();
        }
    }

    /** Counts the claim as done; whether its batch has all its samples now and the calling thread is to finish it. */
    boolean done(Claim claim) {
        lock.lock();
        try {
            return claim.slot().done(claim.samples());
        } finally {
            lock.unlock();
        }
    }

    /** Hands the claim's batch to the caller. */
    void ready(Claim claim) {
        lock.lock();
        try {
            claim.slot().setReady();
            batchReady.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives the batch before back and waits for this one.
     *
     * @return null if the ring was closed
     * @throws ModelException if a sample of it failed
     */
    @Nullable
    Batch take(int batch) throws InterruptedException {
        lock.lock();
        try {
            released = batch;
            slotFreed.signalAll();
            while (!closed && !slotOf(batch).isReady(batch)) {
                batchReady.await();
            }
            return closed ? null : slotOf(batch).batch();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends all waiting. */
    void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                slotFreed.signalAll();
                batchReady.signalAll();
                freeIfLast();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A thread's last act. */
    void leave() {
        lock.lock();
        try {
            running--;
            if (closed) {
                freeIfLast();
            }
        } finally {
            lock.unlock();
        }
    }

    private void freeIfLast() {
        if (running == 0) {
            arena.close();
        }
    }

    private BatchSlot slotOf(int batch) {
        return slots.get(batch % slots.size());
    }
}
