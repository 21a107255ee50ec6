package org.convnext4j.engine.parallel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final int threads;
    private final ThreadFactory factory;
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
        this(threads, Thread::new);
    }

    /** With helpers that run on threads of a factory. */
    Workers(int threads, ThreadFactory factory) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + "; give 1 or more");
        }
        this.threads = threads;
        this.factory = factory;
        // Fair: with more callers than threads, whoever waits longest runs next.
        this.permits = new Semaphore(threads, true);
    }

    /** The most threads that ever run at once, callers included. */
    public int threads() {
        return threads;
    }

    /**
     * The calling thread and every helper that is free, for the length of one call. Waits while all threads are busy. Where
     * the system gives no further thread, the team has those that there are.
     *
     * @throws IllegalStateException if the workers are closed
     * @throws StackOverflowError if the calling thread has hardly any stack left
     */
    public Team team() {
        StackRoom.require(); // an error between taking permits and giving them back would lose them for good
        permits.acquireUninterruptibly();
        int taken = 1;
        Team team = null;
        try {
            while (taken < threads && permits.tryAcquire()) {
                taken++;
            }
            team = assemble(taken - 1);
            return team;
        } finally {
            int used = team == null ? 0 : team.size();
            if (taken > used) {
                permits.release(taken - used);
            }
        }
    }

    /** A team with as many helpers, or fewer if there are no more threads. */
    private Team assemble(int helpers) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the engine is closed");
            }
            for (int missing = helpers - idle.size(); missing > 0; missing--) {
                if (!start()) {
                    break;
                }
            }
            // Nothing is taken out of the idle ones before there is a team that gives them back.
            Helper[] members = new Helper[Math.min(helpers, idle.size())];
            Team team = new Team(this, members);
            for (int i = 0; i < members.length; i++) {
                members[i] = idle.pop();
            }
            return team;
        } finally {
            lock.unlock();
        }
    }

    /** Starts a helper, which is idle then; false if the system gives no further thread. */
    private boolean start() {
        Helper helper = new Helper("convnext4j-" + (started.size() + 1), factory);
        started.add(helper);
        idle.push(helper);
        try {
            helper.start();
            return true;
        } catch (OutOfMemoryError e) {
            idle.pop();
            started.remove(started.size() - 1);
            LOG.warn("the system gives no further thread ({}); going on with {}", e.getMessage(), 1 + started.size());
            return false;
        }
    }

    void release(Helper[] members) {
        try {
            lock.lock();
            try {
                for (Helper member : members) {
                    idle.push(member);
                }
            } finally {
                lock.unlock();
            }
        } finally {
            permits.release(1 + members.length);
        }
    }

    /** Ends the helpers once the calls under way are done; a later {@link #team} throws. */
    @Override
    public void close() {
        StackRoom.require();
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
        try {
            for (Helper helper : started) {
                helper.end();
            }
        } finally {
            permits.release(threads);
        }
    }
}
