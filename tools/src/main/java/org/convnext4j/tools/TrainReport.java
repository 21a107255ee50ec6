package org.convnext4j.tools;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.convnext4j.model.data.SkipListener;
import org.convnext4j.model.train.Metrics;
import org.convnext4j.model.train.TrainingCheckpoint;
import org.convnext4j.model.train.TrainingListener;
import org.convnext4j.model.train.TrainingProgress;
import org.jspecify.annotations.Nullable;

/** Tells people how a run goes: a bar on a terminal, and a line for each validation. */
final class TrainReport implements TrainingListener, SkipListener, AutoCloseable {
    private final PrintWriter out;
    private final PrintWriter err;
    private @Nullable Progress bar;
    private Runnable stop = () -> {};

    TrainReport(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Shows the bar, for so many steps. */
    void begin(TrainingProgress now) {
        bar = Progress.of(err, "train", now.steps());
        bar.stepTo(now.step());
    }

    /** Says how to end the run with a checkpoint; done when nobody reads what is printed. */
    void onClosedOutput(Runnable stopping) {
        stop = stopping;
    }

    @Override
    public void noticed(String text) {
        print(err, "note: " + text);
    }

    @Override
    public void resumed(TrainingCheckpoint checkpoint, List<String> passedOver) {
        for (String problem : passedOver) {
            err.println("warning: " + problem);
        }
        print(out, "going on from " + checkpoint.folder());
    }

    @Override
    public void stepped(TrainingProgress now) {
        if (bar != null) {
            bar.stepTo(now.step());
            // The bar itself tells the time left.
            bar.note(String.format(Locale.ROOT, "loss %.4f, %.0f images/s", now.loss(), now.imagesPerSecond()));
        }
    }

    @Override
    public void evaluating(long done, long pictures) {
        if (bar != null) {
            bar.note("validating " + done + " of " + pictures);
        }
    }

    @Override
    public void evaluated(TrainingProgress now, Metrics metrics) {
        print(
                out,
                String.format(
                        Locale.ROOT,
                        "epoch %d of %d: training loss %.4f, validation loss %.4f, top-1 %.2f %%, top-5 %.2f %%, %.0f"
                                + " images/s, %s left",
                        Math.round(Math.floor(now.epoch() + 1e-9)),
                        now.epochs(),
                        now.loss(),
                        metrics.loss(),
                        100 * metrics.top1(),
                        100 * metrics.top5(),
                        now.imagesPerSecond(),
                        clock(now.remaining().toSeconds())));
    }

    @Override
    public void skipped(int index, String name, RuntimeException problem) {
        print(err, "skipped " + name + ": " + Failures.line(problem));
    }

    private void print(PrintWriter to, String line) {
        Runnable printing = () -> {
            try {
                to.println(line);
                to.flush();
            } catch (OutputFailure e) {
                stop.run();
            }
        };
        if (bar == null) {
            printing.run();
        } else {
            bar.print(printing);
        }
    }

    private static String clock(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
