package org.convnext4j.model.hub;

import java.io.Serial;
import org.convnext4j.model.failure.ModelException;
import org.jspecify.annotations.Nullable;

/** A model could not be had by its name; the message names the model or file, what is wrong and the mend. */
public final class HubException extends ModelException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What went wrong, for callers that act on it. */
    public enum Reason {
        /** The name or a setting is malformed. */
        BAD_NAME,
        /** There is no such model, revision or file. */
        ABSENT,
        /** The server does not let this user have it, or answers with something that makes no sense. */
        REFUSED,
        /** The server did not answer, or stopped answering. */
        UNREACHABLE,
        /** The network is not to be used, and the cache does not have it. */
        OFFLINE,
        /** The download is not what the server announced. */
        DAMAGED,
        /** The cache cannot be written or has no room. */
        DISK,
        /** The thread was interrupted; its flag is set again. */
        INTERRUPTED
    }

    private final Reason reason;

    HubException(Reason reason, String message) {
        this(reason, message, null);
    }

    HubException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What went wrong. */
    public Reason reason() {
        return reason;
    }

    /** For a thread that was interrupted; sets its flag again. */
    static HubException interrupted(String subject, Throwable cause) {
        Thread.currentThread().interrupt();
        return new HubException(
                Reason.INTERRUPTED, subject + ": interrupted; ask again, and it goes on from where it was", cause);
    }
}
