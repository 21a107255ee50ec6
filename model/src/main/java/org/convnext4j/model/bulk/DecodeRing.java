package org.convnext4j.model.bulk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * The pictures between their sources and the batches, in the sources' order: threads claim sources, as many ahead as there
 * are places, and the caller takes what became of them, one after the other.
 */
final class DecodeRing<S> {
    /** A source for one thread. */
    record Claim<S>(long number, S source) {}

    /** What became of a source: a picture of the network's size, or a problem; without a source if there are no more. */
    record Decoded<S>(@Nullable S source, Optional<RgbImage> picture, Optional<ModelException> problem) {}

    private final Iterator<S> sources;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition placeFreed = lock.newCondition();
    private final Condition decoded = lock.newCondition();
    // guarded by the lock
    private final List<@Nullable Decoded<S>> places;
    private long claimed;
    private long taken;
    private boolean ended;
    private boolean closed;

    DecodeRing(Iterator<S> sources, int places) {
        this.sources = sources;
        this.places = new ArrayList<>(Collections.nCopies(places, null));
    }

    /** The next source, once there is a place for it; null at the end. Asks with the lock held: one order. */
    @Nullable
    Claim<S> claim() {
        lock.lock();
        try {
            while (!closed && !ended && claimed - taken >= places.size()) {
                placeFreed.awaitUninterruptibly();
            }
            if (closed || ended) {
                return null;
            }
            return ask();
        } finally {
            lock.unlock();
        }
    }

    // Whatever the sources throw, the caller must hear of it instead of waiting for ever; it takes it last.
    private @Nullable Claim<S> ask() {
        try {
            if (sources.hasNext()) {
                S source = sources.next();
                return new Claim<>(claimed++, source);
            }
        } catch (RuntimeException | Error e) {
            ModelException problem = new ModelException("the pictures cannot be listed any further (" + e + ")", e);
            places.set(place(claimed++), new Decoded<>(null, Optional.empty(), Optional.of(problem)));
        }
        end();
        return null;
    }

    private void end() {
        ended = true;
        placeFreed.signalAll();
        decoded.signalAll();
    }

    /** Tells what became of a claim. */
    void put(Claim<S> claim, Decoded<S> result) {
        lock.lock();
        try {
            places.set(place(claim.number()), result);
            decoded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What became of the next source in their order; waits for it. Null at the end or once closed. */
    @Nullable
    Decoded<S> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && places.get(place(taken)) == null && !(ended && taken == claimed)) {
                decoded.await();
            }
            Decoded<S> result = places.get(place(taken));
            if (closed || result == null) {
                return null;
            }
            places.set(place(taken), null);
            taken++;
            placeFreed.signal();
            return result;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting. */
    void close() {
        lock.lock();
        try {
            closed = true;
            placeFreed.signalAll();
            decoded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private int place(long number) {
        return (int) (number % places.size());
    }
}
