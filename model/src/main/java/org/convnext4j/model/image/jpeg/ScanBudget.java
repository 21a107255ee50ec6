package org.convnext4j.model.image.jpeg;

import java.io.IOException;

/**
 * A bound on the work that a file's scans ask for, since a scan of a few bytes costs as much as its blocks: many times
 * what encoders write, but seconds at most. Not thread-safe.
 */
final class ScanBudget {
    private static final long MAX_SAMPLES = 4_000_000_000L;
    private static final int MAX_PASSES = 256;

    private final long limit;
    private long spent;

    ScanBudget(Frame frame) {
        limit = Math.min(MAX_SAMPLES, MAX_PASSES * frame.paddedSamples());
    }

    /** Counts a scan before it is decoded. */
    void spend(Scan scan) throws IOException {
        for (Component component : scan.components()) {
            spent += component.paddedSamples();
        }
        if (spent > limit) {
            throw new UnsupportedJpegException(
                    "whose scans go over its samples more often than the limit of " + limit + " samples allows");
        }
    }
}
