package org.convnext4j.engine.parallel;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that helps one team at a time. */
final class Helper {
    /**
     * How long a helper spins for its next task before it parks. Parking and waking cost 50 microseconds and more, the
     * pauses between the tasks of a forward pass a few; beyond that, spinning only burns a core.
     */
    private static final long SPIN_NANOS = 100_000;

    private final Thread thread;
    private volatile @Nullable Team team;
    private volatile boolean ended;
    private volatile boolean parked;
    private int member;

    Helper(String name, ThreadFactory threads) {
        thread = threads.newThread(this::loop);
        thread.setName(name);
        thread.setDaemon(true);
    }

    /**
     * Starts the thread.
     *
     * @throws OutOfMemoryError if the system gives no further thread
     */
    void start() {
        thread.start();
    }

    void submit(Team team, int member) {
        this.member = member;
        this.team = team;
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    void end() {
        ended = true;
        LockSupport.unpark(thread);
    }

    private void loop() {
        while (!ended) {
            Team mine = await();
            if (mine != null) {
                team = null;
                mine.help(member);
            }
        }
    }

    private @Nullable Team await() {
        long until = System.nanoTime() + SPIN_NANOS;
        do {
            for (int i = 0; i < 64; i++) {
                Team mine = team;
                if (mine != null) {
                    return mine;
                }
                Thread.onSpinWait();
            }
        } while (System.nanoTime() < until);
        parked = true;
        while (team == null && !ended) {
            LockSupport.park(this);
            // A thread whose flag is set does not park: somebody else's interrupt would have it spin from now on.
            boolean ignored = Thread.interrupted();
        }
        parked = false;
        return team;
    }
}
