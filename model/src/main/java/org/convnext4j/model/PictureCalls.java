package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.bulk.SourceStream;
import org.convnext4j.model.bulk.StreamOptions;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Picture;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * Brings pictures to a network, one at a time or in batches, and results back to their pictures. Immutable.
 *
 * @param preprocessor how pictures become input
 * @param reader decodes them
 * @param threads how many decode the pictures of a list
 */
record PictureCalls(Preprocessor preprocessor, ImageReader reader, int threads) {
    private static final int CHANNELS = 3;

    /** A batch of 8 has what batches bring on a CPU. */
    private static final int MOST_PICTURES = 8;

    /** But not of inputs so large that a batch is memory without use: one picture of 1181 x 1181 fills it. */
    private static final long MOST_BYTES = 16L << 20;

    /** What is done with a batch. */
    interface Work<T> {
        /**
         * Runs the network.
         *
         * @param input (N, 3, H, W), valid until this returns
         * @param prepared the pictures as the network sees them, 0..N-1
         * @param scratch memory until the results of all pictures of the batch are made
         * @return the result of each picture, 0..N-1; throws ModelException for one that has none
         */
        IntFunction<T> run(Tensor input, IntFunction<RgbImage> prepared, Arena scratch);
    }

    /** The result of one picture. */
    <T> T one(Picture picture, Work<T> work) {
        RgbImage prepared = preprocessor.toPicture(reader, picture, picture.name());
        try (Arena arena = Arena.ofConfined()) {
            Tensor input = Tensor.allocate(arena, 1, CHANNELS, preprocessor.height(), preprocessor.width());
            preprocessor.normalise(prepared, input, 0);
            IntFunction<T> result = work.run(input, n -> prepared, arena);
            return named(picture.name(), () -> result.apply(0));
        }
    }

    /** The results of all pictures, in order. */
    <T> List<Outcome<T>> all(List<Picture> list, Work<T> work) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) == null) {
                throw new IllegalArgumentException("picture " + i + " of the list is null; leave it out");
            }
        }
        // Other threads read it while the caller's might change it.
        List<Picture> pictures = List.copyOf(list);
        if (pictures.isEmpty()) {
            return List.of();
        }
        List<@Nullable Outcome<T>> outcomes = new ArrayList<>(Collections.nCopies(pictures.size(), null));
        Iterator<Entry> entries = IntStream.range(0, pictures.size())
                .mapToObj(i -> new Entry(i, pictures.get(i)))
                .iterator();
        try (SourceStream<Entry> stream = SourceStream.open(
                entries,
                new SourceStream.Preparation<>(Entry::name, this::prepare),
                preprocessor,
                options(pictures.size()))) {
            for (SourceStream.Batch<Entry> batch = stream.next(); batch != null; batch = stream.next()) {
                List<Entry> sources = batch.sources();
                try (Arena arena = Arena.ofConfined()) {
                    IntFunction<T> results =
                            work.run(batch.input(), n -> sources.get(n).prepared(), arena);
                    for (int n = 0; n < sources.size(); n++) {
                        outcomes.set(sources.get(n).index, outcome(sources.get(n), n, results));
                    }
                }
            }
            for (SourceStream.Failed<Entry> failed : stream.failed()) {
                Entry entry = failed.source();
                if (entry == null) {
                    throw failed.problem();
                }
                outcomes.set(entry.index, new Outcome.Failure<>(entry.index, entry.name(), failed.problem()));
            }
        }
        return outcomes.stream().<Outcome<T>>map(Objects::requireNonNull).toList();
    }

    private StreamOptions options(int pictures) {
        long bytes = (long) CHANNELS * preprocessor.height() * preprocessor.width() * Float.BYTES;
        int batch = (int) Math.max(1, Math.min(MOST_PICTURES, MOST_BYTES / bytes));
        return StreamOptions.of(Math.min(batch, pictures), Math.min(threads, pictures));
    }

    private RgbImage prepare(Entry entry) {
        RgbImage prepared = preprocessor.toPicture(reader, entry.picture, entry.name());
        entry.prepared = prepared;
        return prepared;
    }

    private static <T> Outcome<T> outcome(Entry entry, int n, IntFunction<T> results) {
        try {
            return new Outcome.Success<>(entry.index, entry.name(), named(entry.name(), () -> results.apply(n)));
        } catch (ModelException e) {
            return new Outcome.Failure<>(entry.index, entry.name(), e);
        }
    }

    /** Makes a result. */
    private interface Maker<T> {
        T make();
    }

    private static <T> T named(String name, Maker<T> maker) {
        try {
            return maker.make();
        } catch (ModelException e) {
            throw new ModelException(name + ": " + e.getMessage(), e);
        }
    }

    /** A picture of a list on its way. */
    private static final class Entry {
        private final int index;
        private final Picture picture;
        // set by the thread that decodes, before it hands the entry on
        private @Nullable RgbImage prepared;

        Entry(int index, Picture picture) {
            this.index = index;
            this.picture = picture;
        }

        String name() {
            return picture.name(index);
        }

        RgbImage prepared() {
            return Objects.requireNonNull(prepared, "a picture of a batch is prepared");
        }
    }
}
