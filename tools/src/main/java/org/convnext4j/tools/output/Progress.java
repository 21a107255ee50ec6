package org.convnext4j.tools.output;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar on stderr if that is a terminal, and nothing otherwise. */
public final class Progress implements AutoCloseable {
    /** Set by the launcher, which can tell what stderr is; Java itself only knows about stdin and stdout together. */
    public static final String TERMINAL_PROPERTY = "convnext4j.terminal";

    private static final int WIDTH = 78;
    private static final String ERASE_LINE = "\r\033[K";

    private final PrintWriter err;
    private final @Nullable ProgressBar bar;
    private String drawn = "";

    private Progress(PrintWriter err, ProgressBarBuilder builder, boolean shown) {
        this.err = err;
        this.bar = shown
                ? builder.setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .setConsumer(new DelegatingProgressBarConsumer(this::draw, WIDTH))
                        .build()
                : null;
    }

    /** Whether stderr is a terminal. */
    public static boolean isShown() {
        return Boolean.getBoolean(TERMINAL_PROPERTY);
    }

    /** A bar of this many steps. */
    public static Progress of(PrintWriter err, String task, long steps) {
        return new Progress(err, new ProgressBarBuilder().setTaskName(task).setInitialMax(steps), isShown());
    }

    /** A bar of this many steps that shows a time left of the caller's own reckoning; 0 is not shown. */
    public static Progress of(PrintWriter err, String task, long steps, Supplier<Duration> left) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setEtaFunction(state -> Optional.of(left.get()).filter(time -> !time.isZero()));
        return new Progress(err, builder, isShown());
    }

    /** A bar of this many bytes, some of which are there already, that shows MiB and MiB/s. */
    public static Progress ofBytes(PrintWriter err, String task, long bytes, long presentBytes) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(bytes)
                .startsFrom(presentBytes, Duration.ZERO)
                .setUnit(" MiB", 1 << 20)
                .showSpeed();
        return new Progress(err, builder, isShown());
    }

    /** A bar of pictures and pictures/s whose end is not known yet; {@link #endAt} tells it. */
    public static Progress ofPictures(PrintWriter err, String task) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(-1)
                .setUnit(" pictures", 1)
                .showSpeed();
        return new Progress(err, builder, isShown());
    }

    /** A bar that never shows. */
    public static Progress hidden(PrintWriter err) {
        return new Progress(err, new ProgressBarBuilder(), false);
    }

    /** Tells the bar of how many steps it is. */
    public void endAt(long steps) {
        if (bar != null) {
            bar.maxHint(steps);
        }
    }

    /** Moves the bar to a number of steps done. */
    public void stepTo(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    /** Shows a few words behind the bar. */
    public void note(String words) {
        if (bar != null) {
            bar.setExtraMessage(words);
        }
    }

    /** Prints without the bar in between: it is erased first and drawn again below. */
    public synchronized void print(Runnable printing) {
        if (bar == null) {
            printing.run();
            return;
        }
        err.print(ERASE_LINE);
        err.flush();
        printing.run();
        err.print(drawn);
        err.flush();
    }

    private synchronized void draw(String line) {
        drawn = line;
        err.print("\r" + line);
        err.flush();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            err.print(ERASE_LINE);
            err.flush();
        }
    }
}
