package org.convnext4j.model.bulk;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.PictureFailures;
import org.convnext4j.model.image.PictureThreads;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * Pictures from sources of any kind as batches for a network, decoded and resized ahead by daemon threads. Order and content
 * do not depend on the number of threads; every batch but the last is full, because pictures that cannot be prepared take no
 * place in one. Memory: one batch, the pictures {@link StreamOptions#ahead ahead} in the network's size, and one picture in
 * full size for each thread, however many there are.
 *
 * <p>Not thread-safe. Close the stream, also before its end: its threads and its memory outlive it otherwise.
 *
 * @param <S> what a picture comes from
 */
public final class SourceStream<S> implements AutoCloseable {
    private static final int CHANNELS = 3;

    /**
     * How a source becomes a picture.
     *
     * @param <S> what a picture comes from
     * @param name of a source, for messages
     * @param toPicture decodes a source and brings it to the network's size; called by many threads at once
     */
    public record Preparation<S>(Function<S, String> name, Function<S, RgbImage> toPicture) {}

    /**
     * Pictures ready for the network.
     *
     * @param <S> what a picture comes from
     * @param sources of the N pictures, in order
     * @param input (N, 3, H, W), float32, preprocessed; a view that is valid until the stream's next call
     */
    public record Batch<S>(List<S> sources, Tensor input) {
        /** Copies the list. */
        public Batch {
            sources = List.copyOf(sources);
        }
    }

    /**
     * What gave no picture.
     *
     * @param <S> what a picture comes from
     * @param source which; null if the sources themselves failed and there are no more
     * @param problem what is wrong, naming the source
     */
    public record Failed<S>(@Nullable S source, ModelException problem) {}

    private final Preparation<S> preparation;
    private final Preprocessor preprocessor;
    private final int batchSize;
    private final PictureFailures failures = new PictureFailures();
    private final DecodeRing<S> ring;
    private final Arena arena;
    private final Tensor memory;
    private final PictureThreads threads = new PictureThreads("convnext4j-pictures");
    private final List<Failed<S>> failed = new ArrayList<>();

    private SourceStream(
            Iterator<S> sources,
            Preparation<S> preparation,
            Preprocessor preprocessor,
            StreamOptions options,
            Arena arena) {
        this.preparation = preparation;
        this.preprocessor = preprocessor;
        this.batchSize = options.batchSize();
        this.arena = arena;
        this.memory = Tensor.allocate(arena, batchSize, CHANNELS, preprocessor.height(), preprocessor.width());
        this.ring = new DecodeRing<>(sources, options.ahead());
    }

    /**
     * Starts to read.
     *
     * @param sources used by one thread at a time, from now until the stream is closed
     * @param preparation brings them to the size of {@code preprocessor}
     * @param preprocessor normalises what that gives
     * @throws ModelException if there is no memory for a batch
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the stream
    public static <S> SourceStream<S> open(
            Iterator<S> sources, Preparation<S> preparation, Preprocessor preprocessor, StreamOptions options) {
        Arena arena = Arena.ofShared();
        try {
            SourceStream<S> stream = new SourceStream<>(sources, preparation, preprocessor, options, arena);
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
            threads.start(count, this::work, Thread::start);
        } catch (OutOfMemoryError e) {
            ring.close();
            threads.join();
            throw e;
        }
    }

    /**
     * The next batch; waits until it is full. The batch before is no longer valid.
     *
     * @return null at the end, and once the stream is closed
     * @throws ModelException if the thread is interrupted meanwhile; the stream is of no more use then
     */
    public @Nullable Batch<S> next() {
        List<S> sources = new ArrayList<>();
        while (sources.size() < batchSize) {
            DecodeRing.Decoded<S> decoded = take();
            if (decoded == null) {
                break;
            }
            S source = decoded.source();
            if (source != null && decoded.picture().isPresent()) {
                preprocessor.normalise(decoded.picture().get(), memory, sources.size());
                sources.add(source);
            }
            decoded.problem().ifPresent(problem -> failed.add(new Failed<>(source, problem)));
        }
        return sources.isEmpty() || ring.isClosed() ? null : new Batch<>(sources, first(sources.size()));
    }

    /** What gave no picture so far, in the sources' order; complete when {@link #next} has returned null. A copy. */
    public List<Failed<S>> failed() {
        return List.copyOf(failed);
    }

    private Tensor first(int n) {
        Shape shape = Shape.of(n, CHANNELS, preprocessor.height(), preprocessor.width());
        return new Tensor(shape, memory.data().asSlice(0, shape.elements() * Float.BYTES));
    }

    private DecodeRing.@Nullable Decoded<S> take() {
        try {
            return ring.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ring.close();
            throw new ModelException("interrupted while waiting for pictures", e);
        }
    }

    private void work() {
        for (DecodeRing.Claim<S> claim = ring.claim(); claim != null; claim = ring.claim()) {
            ring.put(claim, decode(claim.source()));
        }
    }

    private DecodeRing.Decoded<S> decode(S source) {
        String name = preparation.name().apply(source);
        try {
            RgbImage picture =
                    failures.prepare(name, () -> preparation.toPicture().apply(source));
            return new DecodeRing.Decoded<>(source, Optional.of(picture), Optional.empty());
        } catch (Throwable e) {
            return new DecodeRing.Decoded<>(source, Optional.empty(), Optional.of(PictureFailures.of(name, e)));
        }
    }

    /** Ends the threads, each after the picture it is at, and gives the memory back. Does nothing the second time. */
    @Override
    public void close() {
        ring.close();
        threads.join();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
