package org.convnext4j.model.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries again after failures that may pass, with pauses that grow, and gives up in time. Not thread-safe. */
final class Retries {
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    /** Something that may fail for a while. */
    interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    private final Patience patience;
    private final String subject;
    private int failures;

    /** {@code subject} is what messages begin with. */
    Retries(Patience patience, String subject) {
        this.patience = patience;
        this.subject = subject;
    }

    /**
     * Runs until it succeeds.
     *
     * @throws HubException if it failed too often, or the thread was interrupted
     */
    static <T> T run(Patience patience, String subject, Attempt<T> attempt) {
        Retries retries = new Retries(patience, subject);
        while (true) {
            try {
                return attempt.run();
            } catch (InterruptedException e) {
                throw HubException.interrupted(subject, e);
            } catch (IOException e) {
                retries.failed(e);
            }
        }
    }

    /**
     * Waits after a failure.
     *
     * @throws HubException if it was one too many, or the thread was interrupted
     */
    void failed(IOException failure) {
        failures++;
        String reason = reason(failure);
        if (failure instanceof SSLHandshakeException) {
            throw new HubException(
                    HubException.Reason.UNREACHABLE,
                    subject + ": no safe connection (" + reason
                            + "); if a proxy is in between, its certificate must be in Java's trust store",
                    failure);
        }
        if (isOutOfHandles(failure)) {
            throw new HubException(
                    HubException.Reason.UNREACHABLE,
                    subject + ": no connection can be made (" + reason
                            + "); close files, or raise the limit (ulimit -n), and ask again, what has come is kept",
                    failure);
        }
        if (failures >= patience.attempts()) {
            throw new HubException(
                    HubException.Reason.UNREACHABLE,
                    subject + ": cannot be reached (" + reason + ", " + failures
                            + (failures == 1 ? " attempt" : " attempts in a row")
                            + "); check the connection and ask again, what has come is kept",
                    failure);
        }
        Duration pause = patience.pauseAfter(failures);
        if (failure instanceof TransientException asked && asked.wish().compareTo(pause) > 0) {
            pause = asked.wish();
        }
        LOG.debug("{}: {}; trying again in {}", subject, reason, pause);
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw HubException.interrupted(subject, e);
        }
    }

    /** Why, where Java has words for it; of connections that cannot be made it often has none. */
    private static String reason(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "no host of this name is known";
            }
        }
        String message = failure.getMessage();
        if (message != null && !message.isBlank()) {
            return message;
        }
        return failure instanceof ConnectException ? "the connection is refused" : "the connection broke off";
    }

    /** It does not pass while this process has so many files open. */
    private static boolean isOutOfHandles(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("Too many open files")) {
                return true;
            }
        }
        return false;
    }

    /** Something came after all. */
    void progressed() {
        failures = 0;
    }
}
