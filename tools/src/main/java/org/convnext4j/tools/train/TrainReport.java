package org.convnext4j.tools.train;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicInteger;
import org.convnext4j.model.data.SkipListener;
import org.convnext4j.model.train.BestEpoch;
import org.convnext4j.model.train.LogRow;
import org.convnext4j.model.train.Metrics;
import org.convnext4j.model.train.TrainingCheckpoint;
import org.convnext4j.model.train.TrainingListener;
import org.convnext4j.model.train.TrainingProgress;
import org.convnext4j.tools.option.Failures;
import org.convnext4j.tools.output.Figures;
import org.convnext4j.tools.output.OutputFailure;
import org.convnext4j.tools.output.Progress;
import org.jspecify.annotations.Nullable;

/** Tells people how a run goes: a bar on a terminal, and a line for each epoch. */
final class TrainReport implements TrainingListener, SkipListener, AutoCloseable {
    /** With so many classes or fewer, the right one is always among the five highest. */
    private static final int TOP = 5;

    private final PrintWriter out;
    private final PrintWriter err;
    private @Nullable Progress bar;
    private volatile Duration left = Duration.ZERO;
    private final AtomicInteger skipped = new AtomicInteger();
    private int classes;
    private Runnable stop = () -> {};

    TrainReport(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Shows the bar, for so many steps. */
    void begin(TrainingProgress now) {
        bar = Progress.of(err, "train", now.steps(), () -> left);
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
            left = now.remaining();
            bar.note(String.format(
                    Locale.ROOT, "loss %.4f, %s", now.loss(), Figures.imagesPerSecond(now.imagesPerSecond())));
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
        classes = metrics.classes();
    }

    @Override
    public void epochEnded(TrainingProgress now, LogRow row, Optional<BestEpoch> best) {
        StringJoiner words = new StringJoiner(", ", "epoch " + row.epoch() + " of " + now.epochs() + ": ", "");
        words.add(
                String.format(Locale.ROOT, "training loss %.4f", row.training().loss()));
        LogRow.Validation validation = row.validation();
        if (validation.exists()) {
            boolean isBest = best.isPresent() && best.get().epoch() == row.epoch();
            words.add(String.format(Locale.ROOT, "validation loss %.4f", validation.loss()));
            words.add("top-1 " + Figures.percent(validation.top1()) + (isBest ? " (best)" : ""));
            if (classes > TOP) {
                words.add("top-5 " + Figures.percent(validation.top5()));
            }
        }
        words.add(Figures.time(row.seconds()));
        if (row.training().imagesPerSecond() > 0) {
            words.add(Figures.imagesPerSecond(row.training().imagesPerSecond()));
        }
        if (now.step() < now.steps()) {
            words.add(Figures.clock(now.remaining().toSeconds()) + " left");
        }
        print(out, words.toString());
    }

    @Override
    public void skipped(int index, String name, RuntimeException problem) {
        skipped.incrementAndGet();
        String line = Failures.line(problem);
        print(err, "skipped " + (line.startsWith(name) ? "" : name + ": ") + line);
    }

    /** How many pictures were skipped, each counted once. */
    int skipped() {
        return skipped.get();
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

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
