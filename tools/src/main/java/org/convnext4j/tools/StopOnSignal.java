package org.convnext4j.tools;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Work that a Ctrl-C or SIGTERM asks to stop instead of cutting it off. */
final class StopOnSignal {
    private StopOnSignal() {}

    /**
     * Does the work; if the JVM is asked to end meanwhile, calls {@code stop} and lets the JVM end when the work has.
     *
     * @param stop must make the work end soon; called by another thread
     */
    static <T> T during(Runnable stop, Supplier<T> work) {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        done.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
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
    static <T> T endingWith(Runnable last, Supplier<T> work) {
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
