package org.convnext4j.model.run;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets a resource be closed while calls run: calls begun before the close finish, calls after it are refused, and the
 * resource is freed by whoever is last, exactly once.
 */
public final class Lease {
    /** Set in {@link #state} by the close; the bits below count the calls under way. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger state = new AtomicInteger();
    private final Runnable free;

    /** Of something that {@code free} frees. */
    public Lease(Runnable free) {
        this.free = free;
    }

    /** Begins a call; false if the resource is closed. A call that began must {@link #end}. */
    public boolean begin() {
        int now = state.get();
        while (now >= 0) {
            if (state.compareAndSet(now, now + 1)) {
                return true;
            }
            now = state.get();
        }
        return false;
    }

    /** Ends a call. */
    public void end() {
        if (state.decrementAndGet() == CLOSED) {
            free.run();
        }
    }

    /** Refuses further calls; frees the resource now or when the last call ends. */
    public void close() {
        int before = state.getAndUpdate(now -> now | CLOSED);
        if (before == 0) {
            free.run();
        }
    }
}
