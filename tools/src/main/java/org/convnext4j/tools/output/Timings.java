package org.convnext4j.tools.output;

import java.util.List;

/**
 * What repeated calls of a network took.
 *
 * @param millis of each call, at least one
 * @param batch pictures in a call
 * @param macs multiply-adds for a picture
 */
public record Timings(List<Double> millis, int batch, long macs) {
    /** Sorts the times. */
    public Timings {
        if (millis.isEmpty()) {
            throw new IllegalArgumentException("timings need at least one call");
        }
        millis = millis.stream().sorted().toList();
    }

    /** How many calls there were. */
    public int calls() {
        return millis.size();
    }

    /** The middle, which one slow call cannot move. */
    public double medianMillis() {
        int half = millis.size() / 2;
        return millis.size() % 2 == 1 ? millis.get(half) : (millis.get(half - 1) + millis.get(half)) / 2;
    }

    /** The fastest call. */
    public double minMillis() {
        return millis.get(0);
    }

    /** Pictures a second at the median. */
    public double imagesPerSecond() {
        return batch * 1000.0 / medianMillis();
    }

    /** Billions of additions and multiplications a second at the median. */
    public double gflops() {
        return 2.0 * macs * batch / medianMillis() / 1e6;
    }
}
