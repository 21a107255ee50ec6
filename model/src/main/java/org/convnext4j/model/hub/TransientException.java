package org.convnext4j.model.hub;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** A server's answer that may be another one later. */
final class TransientException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final long LONGEST_SECONDS = 60;

    private final long waitSeconds;

    /** {@code retryAfter} is the header's text, which may also be a date; that is taken as no wish. */
    TransientException(String message, Optional<String> retryAfter) {
        super(message);
        this.waitSeconds = retryAfter.map(TransientException::seconds).orElse(0L);
    }

    private static long seconds(String text) {
        try {
            return Math.max(0, Math.min(LONGEST_SECONDS, Long.parseLong(text.strip())));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** How long the server asked to wait, within reason; zero if it did not. */
    Duration wish() {
        return Duration.ofSeconds(waitSeconds);
    }
}
