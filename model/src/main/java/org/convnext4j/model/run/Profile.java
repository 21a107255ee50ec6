package org.convnext4j.model.run;

/**
 * Where the time of one pass goes: of each step the time that the caller waits for it, and inside it what each member of the
 * team spends in each phase. Members write to places of their own; the rest is for the caller's thread.
 */
final class Profile {
    /** More phases than a step has. */
    static final int PHASES = 8;

    /** Members' clocks are so far apart that no two share a line of the cache. */
    private static final int CLOCK_SPACING = 16;

    private final int members;
    private final long[] waitedNanos;
    private final long[][] memberNanos;
    private final long[] clocks;
    private int step;
    private long stepBegan;

    /** For so many steps of a team. */
    Profile(int steps, int members) {
        this.members = members;
        this.waitedNanos = new long[steps];
        this.memberNanos = new long[members][steps * PHASES];
        this.clocks = new long[members * CLOCK_SPACING];
    }

    /** A step begins. */
    void begin(int index) {
        step = index;
        stepBegan = System.nanoTime();
    }

    /** The step has ended. */
    void end() {
        waitedNanos[step] += System.nanoTime() - stepBegan;
    }

    /** A member of the team begins with a tile or a range. */
    void start(int member) {
        clocks[member * CLOCK_SPACING] = System.nanoTime();
    }

    /** A member of the team has been in a phase since its last start or lap. */
    void lap(int member, int phase) {
        long now = System.nanoTime();
        memberNanos[member][step * PHASES + phase] += now - clocks[member * CLOCK_SPACING];
        clocks[member * CLOCK_SPACING] = now;
    }

    /**
     * Milliseconds that the caller waited for a phase: the step's time, divided as the members' is.
     *
     * @param phases how many the step has
     */
    double millis(int index, int phase, int phases) {
        double waited = waitedNanos[index] / 1e6;
        double all = 0;
        for (int p = 0; p < phases; p++) {
            all += nanos(index, p);
        }
        return phases == 1 ? waited : all == 0 ? waited / phases : waited * nanos(index, phase) / all;
    }

    private double nanos(int index, int phase) {
        double sum = 0;
        for (int member = 0; member < members; member++) {
            sum += memberNanos[member][index * PHASES + phase];
        }
        return sum;
    }
}
