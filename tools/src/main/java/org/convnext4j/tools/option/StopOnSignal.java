package org.convnext4j.tools.option;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that a Ctrl-C or SIGTERM asks to stop instead of cutting it off. */
public final class StopOnSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopOnSignal.class);
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private StopOnSignal() {}

    /**
     * Does the work; if the JVM is asked to end meanwhile, calls {@code stop} and lets the JVM end when the work has.
     *
     * @param stop must make the work end soon; called by another thread
     */
    public static <T> T during(Runnable stop, Supplier<T> work) {
        return during(stop, FOR_EVER, () -> {}, work);
    }

    /**
     * Does the work; if the JVM is asked to end meanwhile, calls {@code stop} and lets the JVM end when the work has, or
     * has taken too long, and then {@code last} has run.
     *
     * @param stop must make the work end soon; called by another thread
     * @param patience how long the work may take to end
     * @param last called by another thread, after the work or beside it
     */
    public static <T> T during(Runnable stop, Duration patience, Runnable last, Supplier<T> work) {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        boolean ended = done.await(patience.toSeconds(), TimeUnit.SECONDS);
                        LOG.debug("the work has {}ended", ended ? "" : "not ");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    last.run();
                },
                "convnext4j-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            done.countDown();
            remove(hook);
        }
    }

    /**
     * Does the work; if the JVM is asked to end meanwhile, it ends as soon as {@code last} has run.
     *
     * @param last called by another thread, beside the work
     */
    public static <T> T endingWith(Runnable last, Supplier<T> work) {
        Thread hook = new Thread(last, "convnext4j-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            remove(hook);
        }
    }

    /** Whether the hook was still needed; not if the JVM is ending already. */
    private static boolean remove(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
