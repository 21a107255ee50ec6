package org.convnext4j.engine.parallel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed number of threads for any number of callers: never more run at once than that number, and a caller that is
 * alone gets all of them.
 *
 * <p>A call first takes a {@link Team}: itself and as many helpers as are free right now, waiting only when every thread
 * is busy. Two callers on two threads therefore run side by side with one thread each, which for a network is faster
 * than taking turns on two. Kernels give the same result whatever the size of the team.
 *
 * <p>Helpers are daemon threads, started by the first team that wants one, and end with {@link #close}.
 */
public final class Workers implements AutoCloseable {
    private final int threads;
    private final Semaphore permits;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Helper> idle = new ArrayDeque<>();
    private final List<Helper> started = new ArrayList<>();
    private boolean closed;

    /**
     * No thread is started yet.
     *
     * @param threads the most that ever run at once, callers included
     * @throws IllegalArgumentException if {@code threads} is not positive
     */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + "; give 1 or more");
        }
        this.threads = threads;
        // Fair: with more callers than threads, whoever waits longest runs next.
        this.permits = new Semaphore(threads, true);
    }

    /** The most threads that ever run at once, callers included. */
    public int threads() {
        return threads;
    }

    /**
     * The calling thread and every helper that is free, for the length of one call. Waits while all threads are busy.
     *
     * @throws IllegalStateException if the workers are closed
     */
    public Team team() {
        permits.acquireUninterruptibly();
        int helpers = 0;
        while (helpers < threads - 1 && permits.tryAcquire()) {
            helpers++;
        }
        Team team = null;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the engine is closed");
            }
            Helper[] members = new Helper[helpers];
            for (int i = 0; i < helpers; i++) {
                members[i] = idle.isEmpty() ? start() : idle.pop();
            }
            team = new Team(this, members);
            return team;
        } finally {
            lock.unlock();
            if (team == null) {
                permits.release(1 + helpers);
            }
        }
    }

    private Helper start() {
        Helper helper = new Helper("convnext4j-" + (started.size() + 1));
        started.add(helper);
        helper.start();
        return helper;
    }

    void release(Helper[] members) {
        lock.lock();
        try {
            for (Helper member : members) {
                idle.push(member);
            }
        } finally {
            lock.unlock();
        }
        permits.release(1 + members.length);
    }

    /** Ends the helpers once the calls under way are done; a later {@link #team} throws. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        permits.acquireUninterruptibly(threads);
        for (Helper helper : started) {
            helper.end();
        }
        permits.release(threads);
    }
}
