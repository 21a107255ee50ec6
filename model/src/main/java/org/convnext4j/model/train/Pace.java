package org.convnext4j.model.train;

import java.time.Duration;

/** How fast a run is: over the row of its log that is being filled, and of late. */
final class Pace {
    /** What a step keeps of the time of those before it; the last twenty or so count. */
    private static final double KEPT = 0.95;

    private long stepStart;
    private double rowSeconds;
    private long rowPictures;
    private double secondsPerStep;
    private int picturesPerStep;

    /** A step begins, the wait for its pictures included. */
    void begin() {
        stepStart = System.nanoTime();
    }

    /** The step has ended. */
    void end(int pictures) {
        double seconds = (System.nanoTime() - stepStart) / 1e9;
        rowSeconds += seconds;
        rowPictures += pictures;
        secondsPerStep = secondsPerStep == 0 ? seconds : KEPT * secondsPerStep + (1 - KEPT) * seconds;
        picturesPerStep = pictures;
    }

    /** Pictures a second since this was last asked. */
    double takeRow() {
        double speed = rowSeconds == 0 ? 0 : rowPictures / rowSeconds;
        rowSeconds = 0;
        rowPictures = 0;
        return speed;
    }

    /** Pictures a second of late. */
    double imagesPerSecond() {
        return secondsPerStep == 0 ? 0 : picturesPerStep / secondsPerStep;
    }

    /** What so many steps will take. */
    Duration forSteps(long steps) {
        return Duration.ofMillis((long) (1000 * secondsPerStep * steps));
    }
}
