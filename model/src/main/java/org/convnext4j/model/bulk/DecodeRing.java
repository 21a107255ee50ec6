package org.convnext4j.model.bulk;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.convnext4j.model.ModelException;
import org.convnext4j.model.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * The pictures between the walk and the batches, in the walk's order: threads claim files, as many ahead as there are
 * places, and the caller takes what became of them, one after the other.
 */
final class DecodeRing {
    /** A file for one thread. */
    record Claim(long number, Found found) {}

    /** What became of a file: a picture of the network's size, or a problem. */
    record Decoded(Path path, Optional<RgbImage> picture, Optional<ModelException> problem) {}

    private final Iterator<Found> files;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition placeFreed = lock.newCondition();
    private final Condition decoded = lock.newCondition();
    // guarded by the lock
    private final @Nullable Decoded[] places;
    private long claimed;
    private long taken;
    private boolean ended;
    private boolean closed;

    DecodeRing(Iterator<Found> files, int places) {
        this.files = files;
        this.places = new @Nullable Decoded[places];
    }

    /** The next file, once there is a place for it; null at the end. Walks with the lock held: one walk, one order. */
    @Nullable
    Claim claim() {
        lock.lock();
        try {
            while (!closed && !ended && claimed - taken >= places.length) {
                placeFreed.awaitUninterruptibly();
            }
            if (closed || ended) {
                return null;
            }
            return walk();
        } finally {
            lock.unlock();
        }
    }

    // Whatever the walk throws, the caller must hear of it instead of waiting for ever; it takes it last.
    private @Nullable Claim walk() {
        try {
            if (files.hasNext()) {
                Found found = files.next();
                return new Claim(claimed++, found);
            }
        } catch (RuntimeException | Error e) {
            ModelException problem = new ModelException("the pictures cannot be listed any further (" + e + ")", e);
            places[place(claimed++)] = new Decoded(Path.of(""), Optional.empty(), Optional.of(problem));
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
    void put(Claim claim, Decoded result) {
        lock.lock();
        try {
            places[place(claim.number())] = result;
            decoded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What became of the next file in the walk's order; waits for it. Null at the end or once closed. */
    @Nullable
    Decoded take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && places[place(taken)] == null && !(ended && taken == claimed)) {
                decoded.await();
            }
            Decoded result = places[place(taken)];
            if (closed || result == null) {
                return null;
            }
            places[place(taken)] = null;
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
        return (int) (number % places.length);
    }
}
