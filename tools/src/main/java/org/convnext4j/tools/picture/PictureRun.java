package org.convnext4j.tools.picture;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.bulk.PictureBatch;
import org.convnext4j.model.bulk.PictureStream;
import org.convnext4j.model.bulk.PictureWalk;
import org.convnext4j.model.bulk.StreamOptions;
import org.convnext4j.model.bulk.Unusable;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.output.Progress;
import org.convnext4j.tools.output.ToolException;

/** Many pictures through a network, with a bar of pictures and pictures/s. */
public final class PictureRun {
    /** Is given each batch, and returns the pictures of it that have no result after all. */
    interface Work {
        List<Unusable> accept(PictureBatch batch);
    }

    private final String task;
    private final List<Path> named;
    private final Predicate<Path> wanted;
    private final PrintWriter err;
    private volatile boolean stopped;
    private final AtomicLong pictures = new AtomicLong();

    /**
     * A run.
     *
     * @param task what to call it beside the bar
     * @param named files and folders
     * @param wanted whether a picture is to be done at all
     */
    PictureRun(String task, List<Path> named, Predicate<Path> wanted, PrintWriter err) {
        this.task = task;
        this.named = named;
        this.wanted = wanted;
        this.err = err;
    }

    /** A model for pictures, or a complaint. */
    public static void requirePictures(ConvNeXt model, String name) {
        int channels = model.config().inChannels();
        if (channels != 3) {
            throw new ToolException(name + ": takes " + Wording.count(channels, "channel")
                    + ", but pictures have 3; use forward with a tensor");
        }
    }

    /** Gives all batches to {@code work}, in order, and returns what could not be used. */
    List<Unusable> run(PicturePreparation preparation, StreamOptions options, Work work) {
        List<Unusable> unusable = new ArrayList<>();
        try (Progress progress = Progress.ofPictures(err, task);
                PictureStream stream = PictureStream.open(
                        new PictureWalk(named, wanted), preparation.toPicture(), preparation.preprocessor(), options)) {
            PictureCount count = PictureCount.start(named, wanted, progress);
            try {
                while (!stopped && stream.hasNext()) {
                    PictureBatch batch = stream.next();
                    List<Unusable> without = work.accept(batch);
                    unusable.addAll(without);
                    pictures.addAndGet(batch.size() - without.size());
                    progress.stepTo(
                            pictures.get() + unusable.size() + stream.unusable().size());
                }
            } finally {
                count.stop();
            }
            unusable.addAll(0, stream.unusable());
            return unusable;
        }
    }

    /** Ends the run after its batch. */
    void stop() {
        stopped = true;
    }

    /** Whether it was stopped before its end. */
    boolean isStopped() {
        return stopped;
    }

    /** How many pictures were done. */
    long pictures() {
        return pictures.get();
    }
}
