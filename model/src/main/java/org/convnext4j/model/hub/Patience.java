package org.convnext4j.model.hub;

import java.time.Duration;

/**
 * How long to wait for a server, and how often to try.
 *
 * @param metadata for the answer to a question about a file
 * @param download for the first bytes of a file, and for more after each
 * @param attempts in a row that may fail before the download is given up, at least 1; one that brings bytes starts the
 *     count again
 * @param pause between the first two attempts; each further one is twice as long, up to 20 times the first
 */
public record Patience(Duration metadata, Duration download, int attempts, Duration pause) {
    /** 10 seconds for both, as the Python client has it; 5 attempts with pauses of 0.5, 1, 2 and 4 seconds. */
    public static final Patience DEFAULTS =
            new Patience(Duration.ofSeconds(10), Duration.ofSeconds(10), 5, Duration.ofMillis(500));

    private static final int LONGEST_PAUSE = 20;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if there is no attempt, or a time is not positive
     */
    public Patience {
        if (attempts < 1) {
            throw new IllegalArgumentException("there must be 1 or more attempts, not " + attempts);
        }
        if (!metadata.isPositive() || !download.isPositive() || !pause.isPositive()) {
            throw new IllegalArgumentException(
                    "times must be more than 0, but are " + metadata + ", " + download + " and " + pause);
        }
    }

    /** The same with another number of attempts. */
    public Patience withAttempts(int value) {
        return new Patience(metadata, download, value, pause);
    }

    /** How long to wait after so many failures in a row. */
    Duration pauseAfter(int failures) {
        int factor = failures > 5 ? LONGEST_PAUSE : Math.min(LONGEST_PAUSE, 1 << (failures - 1));
        return pause.multipliedBy(factor);
    }
}
