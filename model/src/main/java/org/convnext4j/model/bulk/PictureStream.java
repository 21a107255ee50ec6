package org.convnext4j.model.bulk;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ModelException;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.PictureFailures;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * Picture files as batches for a network, read, decoded and resized ahead by daemon threads. Order and content do not
 * depend on the number of threads; every batch but the last is full, because pictures that cannot be read take no place
 * in one. Memory: one batch, the pictures {@link StreamOptions#ahead ahead} in the network's size, and one picture in
 * full size for each thread, however many files there are.
 *
 * <p>The iterator is for one thread at a time. Close the stream, also before its end: its threads and its memory outlive
 * it otherwise.
 */
public final class PictureStream implements Iterator<PictureBatch>, AutoCloseable {
    private static final int CHANNELS = 3;

    private final Function<Path, RgbImage> toPicture;
    private final Preprocessor preprocessor;
    private final int batchSize;
    private final PictureFailures failures = new PictureFailures();
    private final DecodeRing ring;
    private final Arena arena;
    private final Tensor memory;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Unusable> unusable = new ArrayList<>();
    private @Nullable PictureBatch next;

    private PictureStream(
            Iterator<Found> files,
            Function<Path, RgbImage> toPicture,
            Preprocessor preprocessor,
            StreamOptions options,
            Arena arena) {
        this.toPicture = toPicture;
        this.preprocessor = preprocessor;
        this.batchSize = options.batchSize();
        this.arena = arena;
        this.memory = Tensor.allocate(arena, batchSize, CHANNELS, preprocessor.height(), preprocessor.width());
        this.ring = new DecodeRing(files, options.ahead());
    }

    /**
     * Starts to read.
     *
     * @param files such as a {@link PictureWalk}; used by one thread at a time, from now until the stream is closed
     * @param reader decodes them
     * @param preprocessor brings them to the network's size
     * @throws ModelException if there is no memory for a batch
     */
    public static PictureStream open(
            Iterator<Found> files, ImageReader reader, Preprocessor preprocessor, StreamOptions options) {
        return open(files, file -> preprocessor.toPicture(reader.read(file)), preprocessor, options);
    }

    /**
     * Starts to read, with a preparation of the caller's.
     *
     * @param files such as a {@link PictureWalk}; used by one thread at a time, from now until the stream is closed
     * @param toPicture decodes a file and brings it to the size of {@code preprocessor}; called by many threads at once
     * @param preprocessor normalises what that gives
     * @throws ModelException if there is no memory for a batch
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the stream
    public static PictureStream open(
            Iterator<Found> files,
            Function<Path, RgbImage> toPicture,
            Preprocessor preprocessor,
            StreamOptions options) {
        Arena arena = Arena.ofShared();
        try {
            PictureStream stream = new PictureStream(files, toPicture, preprocessor, options, arena);
            stream.start(options.threads());
            return stream;
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new ModelException(
                    "there is not enough memory for a batch of " + options.batchSize() + " x 3 x "
                            + preprocessor.height() + " x " + preprocessor.width()
                            + " floats and the threads that fill it; choose a smaller batch or raise"
                            + " -XX:MaxDirectMemorySize",
                    e);
        }
    }

    private void start(int count) {
        try {
            for (int i = 1; i <= count; i++) {
                Thread thread = new Thread(this::work, "convnext4j-pictures-" + i);
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        } catch (OutOfMemoryError e) {
            ring.close();
            join();
            throw e;
        }
    }

    /**
     * Whether there is another batch; waits until it is known. The batch before is no longer valid.
     *
     * @throws ModelException if the thread is interrupted meanwhile; the stream is of no more use then
     */
    @Override
    public boolean hasNext() {
        if (next == null) {
            next = fill();
        }
        return next != null;
    }

    /**
     * The next batch; waits until it is full. The batch before is no longer valid.
     *
     * @throws ModelException as {@link #hasNext}
     * @throws NoSuchElementException if the files have ended or the stream is closed
     */
    @Override
    public PictureBatch next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("the pictures have ended or the stream is closed");
        }
        PictureBatch batch = next;
        next = null;
        return batch;
    }

    /** What could not be used so far, in the walk's order; complete when {@link #hasNext} is false. A copy. */
    public List<Unusable> unusable() {
        return List.copyOf(unusable);
    }

    private @Nullable PictureBatch fill() {
        List<Path> files = new ArrayList<>();
        while (files.size() < batchSize) {
            DecodeRing.Decoded decoded = take();
            if (decoded == null) {
                break;
            }
            if (decoded.picture().isPresent()) {
                preprocessor.normalise(decoded.picture().get(), memory, files.size());
                files.add(decoded.path());
            }
            decoded.problem().ifPresent(problem -> unusable.add(new Unusable(decoded.path(), problem)));
        }
        return files.isEmpty() || ring.isClosed() ? null : new PictureBatch(files, first(files.size()));
    }

    private Tensor first(int n) {
        Shape shape = Shape.of(n, CHANNELS, preprocessor.height(), preprocessor.width());
        return new Tensor(shape, memory.data().asSlice(0, shape.elements() * Float.BYTES));
    }

    private DecodeRing.@Nullable Decoded take() {
        try {
            return ring.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ring.close();
            throw new ModelException("interrupted while waiting for pictures", e);
        }
    }

    private void work() {
        for (DecodeRing.Claim claim = ring.claim(); claim != null; claim = ring.claim()) {
            ring.put(claim, decode(claim.found()));
        }
    }

    private DecodeRing.Decoded decode(Found found) {
        Path path = found.path();
        try {
            if (found.problem().isPresent()) {
                return new DecodeRing.Decoded(path, Optional.empty(), found.problem());
            }
            RgbImage picture = failures.prepare(path.toString(), () -> toPicture.apply(path));
            return new DecodeRing.Decoded(path, Optional.of(picture), Optional.empty());
        } catch (Throwable e) {
            return new DecodeRing.Decoded(path, Optional.empty(), Optional.of(PictureFailures.of(path.toString(), e)));
        }
    }

    /** Ends the threads, each after the picture it is at, and gives the memory back. Does nothing the second time. */
    @Override
    public void close() {
        ring.close();
        next = null;
        join();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private void join() {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
