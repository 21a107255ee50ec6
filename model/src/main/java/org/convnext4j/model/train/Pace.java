package org.convnext4j.model.train;

import java.time.Duration;

/** How fast a run is of late. */
final class Pace {
    /** The first steps of a process compile the code that they run and so take many times as long. */
    private static final int COMPILING = 5;

    /** How many steps count. */
    private static final int LATEST = 32;

    private final double[] seconds = new double[LATEST];
    private long steps;
    private long stepStart;
    private double evaluationSeconds;

    /** A step begins, the wait for its pictures included. */
    void begin() {
        stepStart = System.nanoTime();
    }

    /** The step has ended. Gives the seconds it took. */
    double end() {
        double taken = (System.nanoTime() - stepStart) / 1e9;
        add(taken);
        return taken;
    }

    /** A step of so many seconds. */
    void add(double stepSeconds) {
        // While the code is being compiled each step is a better guess than those before it.
        int at = steps < COMPILING ? 0 : (int) ((steps - COMPILING) % LATEST);
        seconds[at] = stepSeconds;
        steps++;
    }

    /** A validation has ended. */
    void evaluated(double takenSeconds) {
        evaluationSeconds = takenSeconds;
    }

    /** Pictures a second of late; 0 before the first step. */
    double imagesPerSecond(long picturesPerStep) {
        double step = secondsPerStep();
        return step == 0 ? 0 : picturesPerStep / step;
    }

    /** What so many steps and validations will take. */
    Duration left(long stepsLeft, long evaluationsLeft) {
        return Duration.ofMillis((long) (1000 * (secondsPerStep() * stepsLeft + evaluationSeconds * evaluationsLeft)));
    }

    private double secondsPerStep() {
        int count = (int) Math.max(1, Math.min(LATEST, steps - COMPILING));
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += seconds[i];
        }
        return sum / count;
    }
}
