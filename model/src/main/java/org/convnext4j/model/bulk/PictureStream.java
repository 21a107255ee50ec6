package org.convnext4j.model.bulk;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * Picture files as batches for a network, read, decoded and resized ahead by daemon threads. Order and content do not
 * depend on the number of threads; every batch but the last is full, because pictures that cannot be read take no place
 * in one. Memory: one batch, the pictures {@link StreamOptions#ahead ahead} in the network's size, and one picture in
 * full size for each thread, however many files there are.
 *
 * <p>Not thread-safe. Close the stream, also before its end: its threads and its memory outlive
 * it otherwise.
 */
public final class PictureStream implements Iterator<PictureBatch>, AutoCloseable {
    private final SourceStream<Found> stream;
    private @Nullable PictureBatch next;

    private PictureStream(SourceStream<Found> stream) {
        this.stream = stream;
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
    public static PictureStream open(
            Iterator<Found> files,
            Function<Path, RgbImage> toPicture,
            Preprocessor preprocessor,
            StreamOptions options) {
        SourceStream.Preparation<Found> preparation =
                new SourceStream.Preparation<>(found -> found.path().toString(), found -> {
                    if (found.problem().isPresent()) {
                        throw found.problem().get();
                    }
                    return toPicture.apply(found.path());
                });
        return new PictureStream(SourceStream.open(files, preparation, preprocessor, options));
    }

    /**
     * Whether there is another batch; waits until it is known. The batch before is no longer valid.
     *
     * @throws ModelException if the thread is interrupted meanwhile; the stream is of no more use then
     */
    @Override
    public boolean hasNext() {
        if (next == null) {
            next = read();
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

    private @Nullable PictureBatch read() {
        SourceStream.Batch<Found> batch = stream.next();
        return batch == null
                ? null
                : new PictureBatch(batch.sources().stream().map(Found::path).toList(), batch.input());
    }

    /** What could not be used so far, in the walk's order; complete when {@link #hasNext} is false. A copy. */
    public List<Unusable> unusable() {
        return stream.failed().stream().map(PictureStream::unusable).toList();
    }

    private static Unusable unusable(SourceStream.Failed<Found> failed) {
        Found source = failed.source();
        return new Unusable(source == null ? Path.of("") : source.path(), failed.problem());
    }

    /** Ends the threads, each after the picture it is at, and gives the memory back. Does nothing the second time. */
    @Override
    public void close() {
        next = null;
        stream.close();
    }
}
