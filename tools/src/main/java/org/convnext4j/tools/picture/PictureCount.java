package org.convnext4j.tools.picture;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.convnext4j.model.bulk.PictureWalk;
import org.convnext4j.tools.output.Progress;

/** Counts the pictures of a run beside it, so that the bar learns its end and the run need not wait for that. */
final class PictureCount {
    private final PictureWalk walk;
    private final Progress progress;
    private volatile boolean stopped;

    private PictureCount(PictureWalk walk, Progress progress) {
        this.walk = walk;
        this.progress = progress;
    }

    /** Starts to count, if there is a bar to tell. */
    static PictureCount start(List<Path> named, Predicate<Path> wanted, Progress progress) {
        PictureCount count = new PictureCount(new PictureWalk(named, wanted), progress);
        if (Progress.isShown()) {
            Thread thread = new Thread(count::run, "convnext4j-count");
            thread.setDaemon(true);
            thread.start();
        }
        return count;
    }

    private void run() {
        long steps = 0;
        while (!stopped && walk.hasNext()) {
            walk.next();
            steps++;
        }
        if (!stopped) {
            progress.endAt(steps);
        }
    }

    /** Ends the counting. */
    void stop() {
        stopped = true;
    }
}
