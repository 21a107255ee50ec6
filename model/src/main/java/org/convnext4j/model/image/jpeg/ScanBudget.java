package org.convnext4j.model.image.jpeg;

import java.io.EOFException;
import java.io.IOException;

/**
 * A bound on the work that a file's scans ask for, since a scan of a few bytes costs as much as its blocks: many times
 * what encoders write, but seconds at most.
 */
final class ScanBudget {
    private static final long MAX_SAMPLES = 3_000_000_000L;
    private static final int MAX_PASSES = 256;

    private ScanBudget() {}

    /**
     * Adds up the scans of a progressive file before any is decoded.
     *
     * @param from after the frame's header
     * @throws UnsupportedJpegException if they are too many for the size of the picture
     */
    static void require(Frame frame, byte[] data, int from) throws IOException {
        long limit = Math.min(MAX_SAMPLES, MAX_PASSES * frame.paddedSamples());
        Markers in = new Markers(data);
        in.moveTo(from);
        long samples = 0;
        int scans = 0;
        try {
            for (int code = in.next(); code != Markers.EOI; code = in.next()) {
                if (Markers.isAlone(code)) {
                    continue;
                }
                in.openSegment();
                if (code == Markers.SOS) {
                    samples += samples(frame, in);
                    scans++;
                }
                in.closeSegment();
            }
        } catch (EOFException e) {
            // Decoding comes to that place too, and says so.
        }
        if (samples > limit) {
            throw new UnsupportedJpegException("whose " + scans + " scans go over " + samples
                    + " samples in all, more than the limit of " + limit);
        }
    }

    private static long samples(Frame frame, Markers in) throws EOFException {
        long samples = 0;
        for (int left = in.unsigned(); left > 0; left--) {
            int id = in.unsigned();
            in.unsigned();
            for (Component component : frame.components()) {
                samples += component.id == id ? component.paddedSamples() : 0;
            }
        }
        return samples;
    }
}
