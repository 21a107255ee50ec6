package org.convnext4j.model.image.jpeg;

import java.io.EOFException;
import java.io.IOException;

/** Finds a scan's restart markers, and again after damage, as libjpeg does. Not thread-safe. */
final class Restarts {
    private static final int NUMBERS = 8;
    private static final int LEAST_KNOWN = 0xc0;

    private final BitReader bits;
    private final Coding coding;
    private final int interval;
    private int left;
    private int number;

    Restarts(BitReader bits, Coding coding, int interval) {
        this.bits = bits;
        this.coding = coding;
        this.interval = interval;
        this.left = interval;
    }

    /** Passes the restart marker if one is due. */
    void beforeMcu() throws IOException {
        if (interval == 0) {
            return;
        }
        if (left == 0) {
            if (bits.overran()) {
                throw new EOFException();
            }
            pass();
            coding.restart();
            left = interval;
        }
        left--;
    }

    private void pass() throws IOException {
        Markers markers = new Markers(bits.data());
        markers.moveTo(bits.position());
        int code = markers.next();
        while (isEarlier(code)) {
            code = markers.next();
        }
        // A marker of later data stays: the interval in between is lost.
        boolean lost = !Markers.isRestart(code) || ahead(code) == 1 || ahead(code) == 2;
        bits.moveTo(lost ? markers.position() - 2 : markers.position());
        number = (number + 1) % NUMBERS;
    }

    private boolean isEarlier(int code) {
        return Markers.isRestart(code) ? ahead(code) >= NUMBERS - 2 : code < LEAST_KNOWN;
    }

    private int ahead(int code) {
        return Math.floorMod(code - Markers.RST0 - number, NUMBERS);
    }
}
