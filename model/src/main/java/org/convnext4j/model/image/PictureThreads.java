package org.convnext4j.model.image;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The daemon threads that prepare pictures for others. Thread-safe. */
public final class PictureThreads {
    private final String name;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /**
     * None yet.
     *
     * @param name of the threads, to which their numbers from 1 are added
     */
    public PictureThreads(String name) {
        this.name = name;
    }

    /**
     * Starts threads.
     *
     * @param count how many
     * @param work of each
     * @param starter starts a thread, and may note that it runs
     * @throws OutOfMemoryError if the system gives no further thread; those before it run
     */
    public void start(int count, Runnable work, Consumer<Thread> starter) {
        for (int i = 1; i <= count; i++) {
            Thread thread = new Thread(work, name + "-" + i);
            thread.setDaemon(true);
            starter.accept(thread);
            threads.add(thread);
        }
    }

    /**
     * Returns when all that were started have ended, which must have been told to them; at once if one of them calls. An
     * interrupt does not end the waiting and is kept for the caller.
     */
    public void join() {
        if (threads.contains(Thread.currentThread())) {
            return;
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
