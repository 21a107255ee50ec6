package org.convnext4j.model.image;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.convnext4j.model.failure.ModelException;

/**
 * Keeps the failure of one picture its own, where many are prepared: one that runs out of memory beside others is tried
 * once more alone, and whatever is thrown becomes an exception that names the picture. Safe for use by many threads.
 */
public final class PictureFailures {
    private final ReentrantReadWriteLock turns = new ReentrantReadWriteLock();

    /** For pictures that are prepared together: one object for all threads. */
    public PictureFailures() {}

    /**
     * Prepares a picture; may wait for the others.
     *
     * @param name of the picture, for messages
     * @param preparation may be called twice
     * @throws ModelException if it fails, naming the picture
     */
    public <T> T prepare(String name, Supplier<T> preparation) {
        turns.readLock().lock();
        try {
            return preparation.get();
        } catch (Throwable e) {
            if (!PictureMemory.isExhausted(e)) {
                throw of(name, e);
            }
        } finally {
            turns.readLock().unlock();
        }
        turns.writeLock().lock();
        try {
            return preparation.get();
        } catch (Throwable e) {
            throw of(name, e);
        } finally {
            turns.writeLock().unlock();
        }
    }

    /** A preparation of files, one at a time or beside others, with the failures of {@link #of}. */
    public static Function<Path, RgbImage> naming(Function<Path, RgbImage> preparation) {
        return file -> naming(file.toString(), () -> preparation.apply(file));
    }

    /** Prepares one picture, with the failures of {@link #of}. */
    static RgbImage naming(String name, Supplier<RgbImage> preparation) {
        try {
            return preparation.get();
        } catch (Throwable e) {
            throw of(name, e);
        }
    }

    /**
     * The failure of a picture.
     *
     * @param name of the picture
     * @param problem whatever was thrown while it was read or prepared, errors too
     * @return the problem itself if it names the picture
     */
    public static ModelException of(String name, Throwable problem) {
        if (problem instanceof ModelException known
                && String.valueOf(known.getMessage()).contains(name)) {
            return known;
        }
        if (PictureMemory.isExhausted(problem)) {
            return PictureMemory.exhausted(name, problem);
        }
        boolean forUsers = problem instanceof IllegalArgumentException || problem instanceof ModelException;
        String reason = forUsers ? String.valueOf(problem.getMessage()) : problem.toString();
        return new ModelException(name + ": cannot be prepared (" + reason + ")", problem);
    }
}
