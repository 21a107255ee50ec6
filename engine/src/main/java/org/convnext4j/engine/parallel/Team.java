package org.convnext4j.engine.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one call: the caller, member 0, and its helpers. Not thread-safe.
 *
 * <p>{@link #run} hands out the parts of a task one at a time, so that a member that was held up takes fewer. Helpers
 * spin for a moment after a part before they park ({@link Helper}), so that the next of the two dozen tasks of a forward
 * pass reaches them in about a microsecond.
 */
public final class Team implements AutoCloseable {
    private final Workers workers;
    private final Helper[] helpers;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private volatile @Nullable Throwable failure;
    private @Nullable Task task;
    private int parts;
    private boolean closed;

    Team(Workers workers, Helper[] helpers) {
        this.workers = workers;
        this.helpers = helpers;
    }

    /** How many threads there are, the caller included. */
    public int size() {
        return 1 + helpers.length;
    }

    /**
     * Runs {@code task} for every index below {@code parts} and returns when all are done. What the members wrote is
     * visible to the caller then, and to every member in the next task.
     *
     * @throws RuntimeException what a part threw; parts not begun by then are left out
     * @throws StackOverflowError if the calling thread has hardly any stack left; nothing has run then
     * @throws IllegalStateException if the team is closed
     */
    @SuppressWarnings(
            "ThreadPriorityCheck") // the yield is for helpers without a core of their own, not for correctness
    public void run(int parts, Task task) {
        // From the first submit to the last helper's end nothing may throw here: helpers would go on with memory that
        // the caller believes to be its own again.
        StackRoom.require();
        if (closed) {
            throw new IllegalStateException("the team is closed, and its helpers may be others' now");
        }
        int wanted = Math.max(0, Math.min(helpers.length, parts - 1));
        this.task = task;
        this.parts = parts;
        next.set(0);
        running.set(wanted);
        for (int i = 0; i < wanted; i++) {
            helpers[i].submit(this, i + 1);
        }
        work(0);
        // The others are at their last part: at worst as long as one part takes. Yielding lets a helper that shares
        // this core get on with it.
        int spins = 0;
        while (running.get() > 0) {
            if (++spins < 2_000) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        this.task = null;
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown instanceof RuntimeException exception) {
                throw exception;
            }
            throw new IllegalStateException("a part of a task failed", thrown);
        }
    }

    void help(int member) {
        try {
            work(member);
        } finally {
            running.decrementAndGet();
        }
    }

    private void work(int member) {
        Task todo = task;
        int end = parts;
        if (todo == null) {
            return;
        }
        try {
            for (int index = next.getAndIncrement(); index < end; index = next.getAndIncrement()) {
                todo.run(index, member);
            }
        } catch (Throwable e) { // a helper must outlive whatever a part throws, and the caller hears of it
            next.set(end);
            failure = e;
        }
    }

    /** Gives the helpers back. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            workers.release(helpers);
        }
    }
}
